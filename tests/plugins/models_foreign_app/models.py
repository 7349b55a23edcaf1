from django.db import models


class Note(models.Model):
    """Claims to be a model of auth."""

    class Meta:
        app_label = "auth"

    def __str__(self) -> str:
        return "Note"
