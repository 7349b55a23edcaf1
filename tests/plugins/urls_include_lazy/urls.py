from django.urls import include, path

urlpatterns = [path("more/", include("tests.plugins.urls_include_lazy.more"))]
