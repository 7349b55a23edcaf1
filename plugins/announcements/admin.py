from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from .models import Announcement, AnnouncementQuerySet


class WhenFilter(admin.SimpleListFilter):
    """Narrows the list to what is scheduled, holds now, or has ended."""

    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        """Return the choices."""
        return (("current", "Now"), ("scheduled", "Scheduled"), ("past", "Past"))

    def queryset(self, request: HttpRequest, queryset: AnnouncementQuerySet) -> AnnouncementQuerySet:
        """Return what the choice leaves."""
        if self.value() == "scheduled":
            return queryset.filter(starts_at__gt=timezone.now())
        return {"current": queryset.current, "past": queryset.past}.get(self.value() or "", queryset.all)()


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin):
    """Where announcements are written, by those who hold the model's permissions."""

    list_display = ("title", "severity", "pinned", "starts_at", "ends_at", "author")
    list_filter = (WhenFilter, "severity", "pinned", ("author", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("author",)
    search_fields = ("title", "text")
    date_hierarchy = "starts_at"
    readonly_fields = ("author", "updated_at")

    def save_model(self, request: HttpRequest, obj: Announcement, form: ModelForm, change: bool) -> None:
        """Remember who wrote a new one."""
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)
