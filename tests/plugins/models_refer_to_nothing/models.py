from django.db import models


class Comment(models.Model):
    """A comment on nothing."""

    note = models.ForeignKey("nowhere.Note", on_delete=models.CASCADE, db_constraint=False)

    def __str__(self) -> str:
        return "Comment"
