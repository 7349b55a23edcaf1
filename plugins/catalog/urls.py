from __future__ import annotations

from django.urls import path

from plugins.catalog import entity_views, registration, views, webhook_views
from plugins.catalog.editing import views as editing
from plugins.catalog.lists import saved_views
from plugins.catalog.lists import views as lists

ENTITY = "<str:namespace>/<str:kind>/<str:name>/"

urlpatterns = [
    path("", lists.index, name="index"),
    path("apis/", lists.apis, name="apis"),
    path("owned/", lists.owned, name="owned"),
    path("starred/", lists.starred, name="starred"),
    path("export.<str:form>", lists.export, name="export"),
    path("recent/", lists.recent, name="recent"),
    path("columns/", lists.columns, name="columns"),
    path("views/", saved_views.views, name="views"),
    path("views/save/", saved_views.save, name="save-view"),
    path("views/<int:pk>/", saved_views.change, name="change-view"),
    path("views/<int:pk>/delete/", saved_views.delete, name="delete-view"),
    path("problems/", views.problems, name="problems"),
    path("refresh/", views.refresh_now, name="refresh"),
    path("webhooks/<str:kind>/", webhook_views.webhook, name="webhook"),
    path("ingestion/", views.ingestion, name="ingestion"),
    path("register/", registration.register, name="register"),
    path("register/<str:id>/", registration.unregister, name="unregister"),
    path("new/", editing.create, name="new"),
    path(ENTITY, entity_views.overview, name="entity"),
    path(f"{ENTITY}definition/", entity_views.definition, name="definition"),
    path(f"{ENTITY}definition/download/", entity_views.download, name="download"),
    path(f"{ENTITY}dependencies/", entity_views.dependencies, name="dependencies"),
    path(f"{ENTITY}edit/", editing.edit, name="edit"),
    path(f"{ENTITY}origin/", entity_views.origin, name="origin"),
    path(f"{ENTITY}people/", entity_views.people, name="people"),
    path(f"{ENTITY}problems/", entity_views.problems, name="entity-problems"),
    path(f"{ENTITY}raw/", entity_views.raw, name="raw"),
    path(f"{ENTITY}star/", entity_views.star, name="star"),
    path(f"{ENTITY}refresh/", entity_views.refresh_file, name="refresh-file"),
]
