from __future__ import annotations

from django.contrib import admin

from .models import QuickLink


@admin.register(QuickLink)
class QuickLinkAdmin(admin.ModelAdmin):
    """Where links are kept, by those who hold the model's permissions."""

    list_display = ("title", "url", "category", "team", "icon", "position")
    list_editable = ("position",)
    list_filter = ("category", "team")
    list_select_related = ("team",)
    search_fields = ("title", "url", "description")
