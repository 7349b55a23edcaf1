from __future__ import annotations

from django.contrib import admin

from .models import Todo


@admin.register(Todo)
class TodoAdmin(admin.ModelAdmin):
    """Every to-do, deleted ones included for the day they are kept."""

    list_display = ("title", "owner", "team", "due", "done_at", "deleted_at")
    list_filter = (("done_at", admin.EmptyFieldListFilter), ("deleted_at", admin.EmptyFieldListFilter), "team", "due")
    list_select_related = ("owner", "team")
    search_fields = ("title", "owner__username")
    autocomplete_fields = ("owner", "team")
    readonly_fields = ("created_at",)
