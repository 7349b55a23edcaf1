from django.conf import settings
from django.db import models


class Note(models.Model):
    """Belongs to a person."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="is_superuser"
    )

    def __str__(self) -> str:
        return "Note"
