from __future__ import annotations

from django.urls import path

from plugins.catalog import views

urlpatterns = [
    path("", views.index, name="index"),
    path("apis/", views.apis, name="apis"),
    path("owned/", views.owned, name="owned"),
    path("starred/", views.starred, name="starred"),
    path("export.<str:form>", views.export, name="export"),
    path("recent/", views.recent, name="recent"),
    path("problems/", views.problems, name="problems"),
    path("refresh/", views.refresh_now, name="refresh"),
    path("<str:namespace>/<str:kind>/<str:name>/", views.entity, name="entity"),
    path("<str:namespace>/<str:kind>/<str:name>/definition/", views.definition, name="definition"),
    path("<str:namespace>/<str:kind>/<str:name>/star/", views.star, name="star"),
    path("<str:namespace>/<str:kind>/<str:name>/raw/", views.raw, name="raw"),
]
