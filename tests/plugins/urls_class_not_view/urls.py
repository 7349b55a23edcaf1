from django.urls.resolvers import RoutePattern, URLPattern
from django.views import View

urlpatterns = [URLPattern(RoutePattern("", is_endpoint=True), View, name="index")]
