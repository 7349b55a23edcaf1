"""The host's routes; everything else is looked up in the plugins, pages by /<label>/ and APIs by /api/<label>/."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from portal.cards.views import card
from portal.routing import PluginMount
from portal.web import health, pages, token_pages
from portal.web.boundary import bounded

handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.permission_denied"
handler404 = "portal.web.errors.not_found"
handler500 = "portal.web.errors.server_error"

urlpatterns = [
    path("", pages.home, name="home"),
    path("settings/theme/", pages.theme, name="theme"),
    path("settings/api-tokens/", token_pages.api_tokens, name="api_tokens"),
    path("settings/api-tokens/<int:pk>/revoke/", token_pages.revoke_api_token, name="revoke_api_token"),
    path("cards/<slug:label>/<slug:name>/", card, name="card"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("portal.web.accounts")),
    path("admin/", admin.site.urls),
    path("api/", pages.api_index, name="api_index"),
    path("api/<slug:label>/manifest.json", pages.manifest, name="manifest"),
    PluginMount("api/", lambda one: one.api_urls, bounded),
    PluginMount("", lambda one: one.pages, bounded),
]
