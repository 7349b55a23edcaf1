from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="index"),
    path("team/", views.index, {"first_shown": "team"}, name="team"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/tick-off/", views.tick_off, name="tick_off"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/restore/", views.restore, name="restore"),
]
