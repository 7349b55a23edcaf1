"""The catalog in the admin: to look at. What is wrong is mended in the files."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from plugins.catalog.models import Entity, Ingestion, Problem


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that are made by reading files."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows here."""
        return False


@admin.register(Entity)
class EntityAdmin(ReadOnlyAdmin):
    """Every entity with the file it was read from."""

    list_display = ("ref", "type", "lifecycle", "owner_ref", "file", "line", "updated_at")
    list_filter = ("kind", "lifecycle")
    search_fields = ("ref", "title")


@admin.register(Problem)
class ProblemAdmin(ReadOnlyAdmin):
    """Everything that could not become an entity."""

    list_display = ("file", "line", "stage", "reason", "owner_ref", "first_seen")
    list_filter = ("stage",)
    search_fields = ("file", "reason", "ref")


@admin.register(Ingestion)
class IngestionAdmin(ReadOnlyAdmin):
    """The last readings of locations, and how far the present one is."""

    list_display = (
        "started_at",
        "scope",
        "process",
        "phase",
        "done",
        "total",
        "entities",
        "problems",
        "finished_at",
        "said",
    )
