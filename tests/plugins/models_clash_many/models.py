from django.conf import settings
from django.db import models


class Note(models.Model):
    """Belongs to a person."""

    users = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="user_permissions")

    def __str__(self) -> str:
        return "Note"
