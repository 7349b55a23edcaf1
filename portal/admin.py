"""The plugins and the roles in the Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.guard import PluginError, guard
from portal.models import PluginChange, PluginState, TaskFailure, TaskSchedule, TaskWorker
from portal.plugin import Plugin
from portal.registry import registry
from portal.services.config import config
from portal.state import set_enabled
from portal.status import PluginStatus, status_for

STATE_MARKS = {
    "enabled": "✓ enabled",
    "disabled": "– disabled",
    "tripped": "! tripped",
    "not migrated": "! not migrated",
    "quarantined": "✗ quarantined",
    "not installed": "– not installed",
}


@admin.register(PluginState)
class PluginStateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every plugin, loaded or quarantined: its state and the reason for it, singly and in bulk."""

    list_display = ("title", "version", "state", "contributes", "problem", "last_change")
    actions = ("enable", "disable")
    search_fields = ("label",)
    list_per_page = 250
    fields = (
        "enabled", "title", "description", "package", "version", "state", "problem", "traceback", "contributes",
        "cards", "permissions", "unapplied_migrations", "configuration", "history",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name != "enabled")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PluginState]:
        """Make sure that plugins which were never migrated here, or were quarantined, have a row."""
        labels = {*registry.plugins, *guard.failures}
        missing = labels - set(PluginState.objects.values_list("label", flat=True))
        PluginState.objects.bulk_create([PluginState(label=label) for label in missing], ignore_conflicts=True)
        return super().get_queryset(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Plugins are added by installing them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows are small and keep what was decided, so they stay."""
        return False

    def save_model(self, request: HttpRequest, obj: PluginState, form: Any, change: bool) -> None:
        """Switch through the one function that keeps the history."""
        self._switch(request, [obj.label], obj.enabled)

    @admin.action(description="Enable selected plugins", permissions=("change",))
    def enable(self, request: HttpRequest, queryset: QuerySet[PluginState]) -> None:
        """Switch the selected plugins on."""
        self._switch(request, list(queryset.values_list("label", flat=True)), True)

    @admin.action(description="Disable selected plugins", permissions=("change",))
    def disable(self, request: HttpRequest, queryset: QuerySet[PluginState]) -> None:
        """Switch the selected plugins off."""
        self._switch(request, list(queryset.values_list("label", flat=True)), False)

    def _switch(self, request: HttpRequest, labels: list[str], enabled: bool) -> None:
        done = 0
        for label in labels:
            try:
                done += set_enabled(label, enabled, by=request.user, by_name=request.user.get_username())
            except PluginError as error:
                self.message_user(request, str(error), messages.ERROR)
        if done:
            word = "enabled" if enabled else "disabled"
            self.message_user(request, f"{done} plugin{'' if done == 1 else 's'} {word}.", messages.SUCCESS)

    @admin.display(description="Plugin", ordering="label")
    def title(self, row: PluginState) -> str:
        """The plugin's name for people."""
        status = _status(row)
        return f"{status.title} ({row.label})" if status.title != row.label else row.label

    @admin.display(description="Description")
    def description(self, row: PluginState) -> str:
        """What it does, in its own words."""
        return _status(row).description or "–"

    @admin.display(description="Package")
    def package(self, row: PluginState) -> str:
        """The Python package it comes from."""
        return _status(row).package or "–"

    @admin.display(description="Version")
    def version(self, row: PluginState) -> str:
        """Its own version."""
        return _status(row).version or "–"

    @admin.display(description="State")
    def state(self, row: PluginState) -> str:
        """How it stands, with a mark and a word."""
        return STATE_MARKS[_status(row).state]

    @admin.display(description="Problem")
    def problem(self, row: PluginState) -> str:
        """Why it isn't running as it should."""
        return _problem(_status(row)) or "–"

    @admin.display(description="Traceback")
    def traceback(self, row: PluginState) -> SafeString | str:
        """Where in its code it failed."""
        text = _status(row).traceback
        return format_html("<pre>{}</pre>", text) if text else "–"

    @admin.display(description="Contributes")
    def contributes(self, row: PluginState) -> str:
        """What it adds to the portal."""
        return _status(row).summary

    @admin.display(description="Cards")
    def cards(self, row: PluginState) -> SafeString | str:
        """Its cards and their slots."""
        plugin = _plugin(row)
        return (
            _lines((card.name, f"in {card.slot}, io {card.io}, size {card.size}") for card in plugin.cards)
            if plugin
            else "–"
        )

    @admin.display(description="Permissions")
    def permissions(self, row: PluginState) -> SafeString | str:
        """The permissions it declares; roles hand them out."""
        plugin = _plugin(row)
        if plugin is None:
            return "–"
        return _lines((f"{plugin.label}.{action}", text) for action, text in plugin.permissions.items())

    @admin.display(description="Unapplied migrations")
    def unapplied_migrations(self, row: PluginState) -> str:
        """What keeps it off until migrate has run."""
        names = _status(row).unapplied
        return f"{', '.join(names)}: run manage.py migrate {row.label}" if names else "none"

    @admin.display(description="Configuration")
    def configuration(self, row: PluginState) -> SafeString | str:
        """Its section of app-config.yaml with the origin of each value; secrets are masked."""
        return _lines((key, f"{value} (from {origin})") for key, value, origin in config.masked(row.label))

    @admin.display(description="Last change")
    def last_change(self, row: PluginState) -> str:
        """When it was last switched, and by whom."""
        return _status(row).changed or "–"

    @admin.display(description="History")
    def history(self, row: PluginState) -> SafeString | str:
        """Who switched it on or off, newest first."""
        changes = PluginChange.objects.filter(label=row.label)[:50]
        return _lines(
            (f"{one.at:%Y-%m-%d %H:%M} UTC", f"{one.get_action_display()} by {one.by_name}") for one in changes
        )


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that the portal writes itself, to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are not made by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """They are not changed either."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nor removed."""
        return False


@admin.register(TaskWorker)
class TaskWorkerAdmin(ReadOnlyAdmin):
    """The workers and when they were last seen."""

    list_display = ("id", "pid", "started_at", "seen_at", "task")


@admin.register(TaskSchedule)
class TaskScheduleAdmin(ReadOnlyAdmin):
    """What runs again and again, and how it went."""

    list_display = ("key", "every", "next_run", "last_run", "last_status", "last_finished_at")


@admin.register(TaskFailure)
class TaskFailureAdmin(ReadOnlyAdmin):
    """Each failed attempt of a task, the newest first."""

    list_display = ("task", "message", "attempt", "at", "again_at")
    list_filter = ("label",)
    fields = ("label", "task", "arguments", "attempt", "message", "details", "at", "again_at")

    @admin.display(description="Traceback")
    def details(self, row: TaskFailure) -> SafeString:
        """Where in the task's code it failed."""
        return format_html("<pre>{}</pre>", row.traceback)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """All of them."""
        return self.fields


def _status(row: PluginState) -> PluginStatus:
    """Return the row's status, computed once for all columns."""
    known: PluginStatus | None = getattr(row, "_status", None)
    if known is None:
        known = row._status = status_for(row.label, row)  # type: ignore[attr-defined]
    return known


def _plugin(row: PluginState) -> Plugin | None:
    one = registry.plugins.get(row.label)
    return one.plugin if one else None


def _problem(status: PluginStatus) -> str:
    if status.door:
        return f"{status.door}: {status.message}"
    if status.unapplied:
        return f"Unapplied migrations: {', '.join(status.unapplied)}"
    return "; ".join(f"{lane}: {error}" for lane, error in status.tripped.items())


def _lines(pairs: Any) -> SafeString | str:
    return format_html_join("", "<div><strong>{}</strong> {}</div>", pairs) or "–"


class PermissionChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Permissions of plugins by their name and description."""

    def label_from_instance(self, obj: Permission) -> str:
        """Return "todos.write: Add, tick off and delete to-dos"; Django's own keep their label."""
        return f"{obj.codename}: {obj.name}" if "." in obj.codename else str(obj)


class RoleAdmin(GroupAdmin):
    """Groups are the roles; the plugins' permissions stand first among those to choose from."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """Label the permissions of plugins for people."""
        if db_field.name == "permissions":
            kwargs["form_class"] = PermissionChoices
            kwargs["queryset"] = Permission.objects.select_related("content_type").order_by("codename")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts, with permissions labelled as in the roles."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Label the permissions of plugins for people."""
        if db_field.name == "user_permissions":
            kwargs["form_class"] = PermissionChoices
            kwargs["queryset"] = Permission.objects.select_related("content_type").order_by("codename")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister(Group)
admin.site.register(Group, RoleAdmin)
admin.site.unregister(User)
admin.site.register(User, AccountAdmin)
