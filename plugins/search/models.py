"""The index: documents as plugins gave them. Their words are in tables that each database keeps in its own way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property

from django.db import models

KEY = 200
REF = 300


class Document(models.Model):
    """Something that can be found."""

    label = models.CharField(max_length=40, help_text="The plugin it comes from.")
    ref = models.CharField(max_length=REF)
    type = models.CharField(max_length=40)
    access = models.CharField(max_length=120, help_text='The permission it asks for; "todos." is any of the plugin.')
    audience = models.CharField(max_length=60, blank=True, help_text='"user:7", "group:3"; empty: everybody.')
    title = models.TextField()
    name = models.TextField(blank=True)
    url = models.TextField()
    owner = models.TextField(blank=True)
    not_before = models.DateTimeField(null=True)
    weight = models.SmallIntegerField(default=0)
    title_key = models.CharField(max_length=KEY, help_text="All words of the title in one.")
    name_key = models.CharField(max_length=KEY, blank=True)
    digest = models.CharField(max_length=64, help_text="Of all other columns; equal means nothing to write.")
    # Last, so that what ranks is read without what is long.
    fields_json = models.TextField(default="{}")
    text = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("label", "ref"), name="search_document_once"),)
        indexes = (
            models.Index(
                fields=("not_before",), name="search_document_later", condition=models.Q(not_before__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.title

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The further values for the API."""
        found: dict[str, str] = json.loads(self.fields_json)
        return found


class Word(models.Model):
    """A word of some title or text, for what is mistyped."""

    word = models.CharField(max_length=64, primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.word


class Change(models.Model):
    """A document that is to be read again; an empty ``ref`` stands for all of the plugin's."""

    label = models.CharField(max_length=40)
    ref = models.CharField(max_length=REF, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.label} {self.ref or 'everything'}"


class Source(models.Model):
    """How the documents of one plugin were last read."""

    label = models.CharField(max_length=40, primary_key=True)
    rebuilt_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text="Why the plugin could not give its documents.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.label


class Refusal(models.Model):
    """A document that breaks a rule and so is not in the index."""

    label = models.CharField(max_length=40)
    ref = models.CharField(max_length=REF, blank=True)
    reason = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("label", "ref"), name="search_refusal_once"),)

    def __str__(self) -> str:
        return self.reason
