from __future__ import annotations

from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.api import teams

from .models import Todo


class TodoForm(forms.ModelForm):
    """Adds a to-do of ``user``, or edits one that the user may see and whose row is locked.

    ``version`` says which state of it the user has seen.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Todo
        fields = ("title", "due", "team", "notes")
        labels = MappingProxyType({"team": "For"})
        error_messages = MappingProxyType(
            {
                "title": {"required": "Enter what is to be done."},
                "due": {"invalid": "Enter a date, such as 2026-12-24."},
                "team": {"invalid_choice": "Choose one of your teams."},
            }
        )
        help_texts = MappingProxyType({"notes": "Plain text, shown as you type it."})
        widgets = MappingProxyType(
            {
                "title": forms.TextInput({"autofocus": True, "autocomplete": "off"}),
                "due": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
                "notes": forms.Textarea({"rows": 4}),
            }
        )

    def __init__(self, data: Any = None, *, user: Any, instance: Todo | None = None) -> None:
        super().__init__(data, instance=instance or Todo(owner=user), auto_id="todos-%s")
        self.user = user
        self.initial["version"] = self.instance.version
        self.fields["team"].queryset = teams(user)
        self.fields["team"].empty_label = "Only me"

    def clean(self) -> dict[str, Any]:
        """Refuse to replace what somebody else has saved meanwhile, until the user insists."""
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("version") != self.instance.version:
            self.data = self.data.copy()
            self.data["version"] = str(self.instance.version)
            raise ValidationError(
                f"Somebody changed this to-do while you were editing it; its title is now “{self.instance.title}”. "
                "Save again to replace it with what stands here, or cancel to keep it."
            )
        return cleaned

    def save(self, commit: bool = True) -> Todo:
        """Save it as the next version. A team's to-do that is given to no team becomes the user's own."""
        self.instance.version += 1
        if self.instance.team is None:
            self.instance.owner = self.user
        return super().save(commit)
