from django.db import models


class Note(models.Model):
    """A note with an index that is named as somebody else's."""

    text = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=("text",), name="healthy_note_text"),)

    def __str__(self) -> str:
        return self.text
