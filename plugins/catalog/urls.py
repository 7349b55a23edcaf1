from __future__ import annotations

from django.urls import path

from plugins.catalog import entity_views, registration, views

urlpatterns = [
    path("", views.index, name="index"),
    path("apis/", views.apis, name="apis"),
    path("owned/", views.owned, name="owned"),
    path("starred/", views.starred, name="starred"),
    path("export.<str:form>", views.export, name="export"),
    path("recent/", views.recent, name="recent"),
    path("problems/", views.problems, name="problems"),
    path("refresh/", views.refresh_now, name="refresh"),
    path("ingestion/", views.ingestion, name="ingestion"),
    path("register/", registration.register, name="register"),
    path("register/<str:id>/", registration.unregister, name="unregister"),
    path("<str:namespace>/<str:kind>/<str:name>/", entity_views.overview, name="entity"),
    path("<str:namespace>/<str:kind>/<str:name>/definition/", entity_views.definition, name="definition"),
    path("<str:namespace>/<str:kind>/<str:name>/definition/download/", entity_views.download, name="download"),
    path("<str:namespace>/<str:kind>/<str:name>/dependencies/", entity_views.dependencies, name="dependencies"),
    path("<str:namespace>/<str:kind>/<str:name>/origin/", entity_views.origin, name="origin"),
    path("<str:namespace>/<str:kind>/<str:name>/problems/", entity_views.problems, name="entity-problems"),
    path("<str:namespace>/<str:kind>/<str:name>/raw/", entity_views.raw, name="raw"),
    path("<str:namespace>/<str:kind>/<str:name>/star/", entity_views.star, name="star"),
    path("<str:namespace>/<str:kind>/<str:name>/refresh/", entity_views.refresh_file, name="refresh-file"),
]
