from django.conf import settings
from django.db import models


class Note(models.Model):
    """Belongs to a person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return "Note"
