from django.conf import settings
from django.db import models


class Groups(models.Model):
    """Belongs to a person."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False)

    def __str__(self) -> str:
        return "Groups"
