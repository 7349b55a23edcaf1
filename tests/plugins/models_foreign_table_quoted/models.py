from django.db import models


class Person(models.Model):
    """Claims the table of the users."""

    class Meta:
        db_table = "AUTH_USER"

    def __str__(self) -> str:
        return "Person"
