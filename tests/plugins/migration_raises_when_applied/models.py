from django.conf import settings
from django.db import models


class Note(models.Model):
    """A note whose table isn't made, and which would go with its author."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="unmigrated_notes"
    )

    def __str__(self) -> str:
        return "Note"
