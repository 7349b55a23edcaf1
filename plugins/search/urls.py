from __future__ import annotations

from django.urls import path

from plugins.search import views

urlpatterns = [
    path("", views.index, name="index"),
    path("suggest/", views.suggest, name="suggest"),
]
