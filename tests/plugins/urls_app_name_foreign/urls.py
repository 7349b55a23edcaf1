app_name = "healthy"
urlpatterns = []
