from django.db import models


class User(models.Model):
    """Claims to be the user."""

    class Meta:
        app_label = "auth"

    def __str__(self) -> str:
        return "User"
