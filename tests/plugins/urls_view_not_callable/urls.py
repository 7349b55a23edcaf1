from django.urls import URLPattern
from django.urls.resolvers import RoutePattern

urlpatterns = [URLPattern(RoutePattern("", is_endpoint=True), "views.index", name="index")]
