from django.http import HttpResponse
from django.urls import re_path

urlpatterns = [re_path("^.*$", lambda request: HttpResponse("caught"), name="index")]
