"""What the catalog keeps: entities, the relations between them, and what could not become an entity."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from plugins.catalog.lists.saved import Look, SavedView
from plugins.catalog.personal import Star, Visit
from plugins.catalog.validation.problem import plain

__all__ = (
    "DiscoveredLocation",
    "Entity",
    "Ingestion",
    "Look",
    "Problem",
    "Provider",
    "ProviderPage",
    "Refresh",
    "RegisteredLocation",
    "Relation",
    "SavedView",
    "SearchRow",
    "SourceFingerprint",
    "Star",
    "Tag",
    "Visit",
)

REF = 255
SEARCHED = 200


class Entity(models.Model):
    """One entity; the columns beside ``data`` are what lists filter and sort by."""

    uid = models.CharField(max_length=36, unique=True, help_text="Stays as long as the reference does.")
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
    data = models.TextField(help_text="The entity as the API gives it, as JSON: with uid, etag and relations.")
    stated_etag = models.CharField(max_length=REF, blank=True, help_text="The etag that the file itself says.")
    stale = models.BooleanField(default=False, help_text="Another entity's file changed what it is related to.")
    file = models.TextField()
    line = models.PositiveIntegerField()
    origin = models.TextField(default="", help_text="The location it came from in the first place, as type:target.")
    parent_ref = models.CharField(max_length=REF, blank=True, help_text="The location entity that led to its file.")
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
            models.Index(fields=("id",), name="catalog_entity_stale", condition=models.Q(stale=True)),
        )

    def __str__(self) -> str:
        return self.ref


class SearchRow(models.Model):
    """One scalar of one entity under its path, in lower case: what the API filters, sorts and counts by.

    A text that is too long to search for, and a null, are rows without a value: the key exists.
    """

    # An entity has forty rows, written and removed with it; a check of each takes PostgreSQL long.
    entity = models.ForeignKey(
        Entity, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="search_rows"
    )
    kind = models.CharField(max_length=63, help_text="Of the entity, in lower case.")
    key = models.CharField(max_length=SEARCHED)
    value = models.CharField(max_length=SEARCHED, null=True)  # noqa: DJ001 - "" is a value that can be asked for
    original = models.CharField(  # noqa: DJ001 - "" is a value
        max_length=SEARCHED, null=True, help_text="The value in its own case, when that differs."
    )
    is_first = models.BooleanField(help_text="Of the rows with this key; the entity is sorted by it.")

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=("entity", "key", "value"), name="catalog_search_entity"),
            models.Index(fields=("key", "kind", "value", "original", "is_first", "entity"), name="catalog_search_kind"),
            models.Index(fields=("key", "value", "original", "is_first", "entity"), name="catalog_search_value"),
        )

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class RegisteredLocation(models.Model):
    """A location registered over the API, as Backstage keeps it."""

    id = models.CharField(max_length=36, primary_key=True)
    type = models.CharField(max_length=63)
    target = models.TextField()
    digest = models.CharField(max_length=64, unique=True, help_text="Of type and target.")
    entity_ref = models.CharField(max_length=REF)

    class Meta:
        default_permissions = ()
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"

    def as_json(self) -> dict[str, Any]:
        """The location as the API gives it."""
        return {"id": self.id, "type": self.type, "target": self.target, "entityRef": self.entity_ref}


class Provider(models.Model):
    """What finds locations or entities without being told each, as the last time left it."""

    name = models.CharField(max_length=255, primary_key=True, help_text="As github-provider:id.")
    run_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True, help_text="When the host takes requests again.")
    content = models.TextField(blank=True, help_text="The entities that it gave, as documents.")
    reason = models.TextField(blank=True, help_text="Why the last run failed.")
    fix = models.TextField(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class DiscoveredLocation(models.Model):
    """The address of a file that a provider expects in a repository."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="locations")
    target = models.TextField()
    digest = models.CharField(max_length=64, help_text="Of the target.")
    version = models.CharField(max_length=64, blank=True, help_text="Of the repository, when its host says it.")
    absent_version = models.CharField(max_length=64, blank=True, help_text="The version that lacked the file.")

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("provider", "digest"), name="catalog_discovered_once"),)

    def __str__(self) -> str:
        return self.target


class ProviderPage(models.Model):
    """One page of a host's list of repositories, and how its server recognises that version."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="pages")
    digest = models.CharField(max_length=64, help_text="Of the address.")
    etag = models.CharField(max_length=1000)
    content = models.JSONField(help_text="Of each repository what the filters ask for.")
    next = models.TextField(blank=True, help_text="The address of the page after it.")
    read_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("provider", "digest"), name="catalog_page_once"),)

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.digest}"


class ReadUrl(models.Model):
    """What was read from an address, and how its server recognises that version."""

    digest = models.CharField(max_length=64, unique=True, help_text="Of the address.")
    url = models.TextField()
    final_url = models.TextField(help_text="Where redirects led.")
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    content = models.BinaryField()
    read_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.url


class SourceFingerprint(models.Model):
    """How a source was read, and all that came of it: while that is so, it need not be parsed again."""

    fingerprint = models.CharField(max_length=64, primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.fingerprint


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
    origin = models.TextField(default="", help_text="The location it came from in the first place, as type:target.")
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
        """The reason without what only a validator says."""
        return plain(self.reason)


class Ingestion(models.Model):
    """One reading of locations: how far it is, and what came of it. At most one goes on at a time."""

    class Phase(models.TextChoices):
        READING = "reading", "Reading files"
        REMOVING = "removing", "Removing what is gone"
        RELATING = "relating", "Updating relations"
        NOTING = "noting", "Noting problems"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        LOST = "lost", "Stopped"

    scope = models.TextField(blank=True, help_text="The file or the location that is read; empty: everything.")
    process = models.CharField(max_length=80, help_text="The machine and the number of the process that reads.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.READING)
    done = models.PositiveIntegerField(default=0, help_text="Files.")
    total = models.PositiveIntegerField(default=0, help_text="Files that are known by now.")
    entities = models.PositiveIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)
    said = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_phase_display()} since {self.started_at:%Y-%m-%d %H:%M}"

    def end(self, phase: str, said: str) -> None:
        """It is over."""
        self.phase, self.said, self.finished_at = phase, said, timezone.now()
        self.save(update_fields=("phase", "said", "finished_at", "done", "total", "entities", "problems"))


class Refresh(models.Model):
    """The last time the locations were read; the only row has key 1."""

    finished_at = models.DateTimeField()
    seconds = models.FloatField()
    files = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Read {self.files} files at {self.finished_at:%Y-%m-%d %H:%M}"
