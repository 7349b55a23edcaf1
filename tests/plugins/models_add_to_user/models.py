from django.contrib.auth.models import User
from django.db import models

models.CharField(max_length=20, default="").contribute_to_class(User, "phone")
