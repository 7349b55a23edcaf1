from __future__ import annotations

from django.conf import settings
from django.db import models


class Note(models.Model):
    """A line of text by one person."""

    text = models.CharField(max_length=200)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="healthy_notes"
    )

    class Meta:
        indexes = (models.Index(fields=("text",), name="healthy_note_text"),)

    def __str__(self) -> str:
        return self.text
