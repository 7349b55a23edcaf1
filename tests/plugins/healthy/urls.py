from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("about/", views.about, name="about"),
    path("history/", views.history, name="history"),
    path("later/", views.later, name="later"),
    path("<int:pk>/", views.note, name="note"),
]
