from django.urls import path

from . import views

urlpatterns = [
    path("hang/", views.hang, name="hang"),
    path("die/", views.die, name="die"),
    path("client/", views.client, name="client"),
]
