"""What the catalog keeps: entities, the relations between them, and what could not become an entity."""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, uuid5

from django.db import models

REF = 255


class Entity(models.Model):
    """One entity, as it was read; the columns beside ``data`` are what lists filter and sort by."""

    ref = models.CharField(max_length=REF, unique=True, help_text="kind:namespace/name in lower case.")
    kind = models.CharField(max_length=63)
    namespace = models.CharField(max_length=63)
    name = models.CharField(max_length=63)
    title = models.TextField(blank=True)
    sort_key = models.CharField(max_length=REF, help_text="The title, or else the name, in lower case.")
    description = models.TextField(blank=True)
    type = models.CharField(max_length=REF, blank=True)
    lifecycle = models.CharField(max_length=REF, blank=True)
    owner_ref = models.CharField(max_length=REF, blank=True)
    system_ref = models.CharField(max_length=REF, blank=True)
    data = models.TextField(help_text="The entity as JSON, placeholders replaced.")
    file = models.TextField()
    line = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="Of everything above; equal means nothing to write.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entities"
        ordering = ("sort_key", "ref")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=("kind", "sort_key", "ref"), name="catalog_entity_list"),
            models.Index(fields=("kind", "type"), name="catalog_entity_type"),
            models.Index(fields=("kind", "lifecycle"), name="catalog_entity_lifecycle"),
            models.Index(fields=("kind", "owner_ref"), name="catalog_entity_owner"),
            models.Index(fields=("owner_ref", "kind"), name="catalog_entity_owned"),
            models.Index(fields=("system_ref",), name="catalog_entity_system"),
            models.Index(fields=("kind", "updated_at"), name="catalog_entity_kind_recent"),
            models.Index(fields=("-updated_at", "sort_key"), name="catalog_entity_recent"),
        )

    def __str__(self) -> str:
        return self.ref

    @property
    def uid(self) -> str:
        """An identifier that stays as long as the reference does."""
        return str(uuid5(NAMESPACE_URL, self.ref))


class Tag(models.Model):
    """One tag of one entity."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=63)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("name", "entity"), name="catalog_tag_once"),)

    def __str__(self) -> str:
        return self.name


class Relation(models.Model):
    """One direction of a relation, as one entity's spec says it; several may say the same."""

    origin = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="stated_relations")
    source_ref = models.CharField(max_length=REF)
    type = models.CharField(max_length=63)
    target_ref = models.CharField(max_length=REF)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("source_ref", "type", "target_ref", "origin"), name="catalog_relation_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_ref} {self.type} {self.target_ref}"


class Problem(models.Model):
    """A document, file or location that gave no entity: where, why, and what to do."""

    file = models.TextField()
    document = models.PositiveIntegerField(help_text="Counts from 0 within the file.")
    line = models.PositiveIntegerField()
    column = models.PositiveIntegerField()
    stage = models.CharField(max_length=20)
    reason = models.TextField()
    fix = models.TextField()
    ref = models.CharField(max_length=REF, blank=True, help_text="The entity it was meant to be, when it says so.")
    owner_ref = models.CharField(max_length=REF, blank=True)
    digest = models.CharField(max_length=64, unique=True, help_text="Of file, document, stage and reason.")
    first_seen = models.DateTimeField()

    class Meta:
        ordering = ("file", "document", "pk")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=("ref",), name="catalog_problem_ref"),
            models.Index(fields=("owner_ref",), name="catalog_problem_owner"),
        )

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.reason}"

    @property
    def plain_reason(self) -> str:
        """The reason without what only a validator says, such as "- missingProperty: owner"."""
        reason = self.reason.partition(" To learn more about catalog file format")[0]
        return re.sub(r" - (?:missingProperty|type|limit|allowedValues|additionalProperty): .*", "", reason)


class Refresh(models.Model):
    """The last time the locations were read; the only row has key 1."""

    finished_at = models.DateTimeField()
    seconds = models.FloatField()
    files = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Read {self.files} files at {self.finished_at:%Y-%m-%d %H:%M}"
