from django.db import models


class Person(models.Model):
    """Claims the table of the users."""

    class Meta:
        db_table = "auth_user"

    def __str__(self) -> str:
        return "Person"
