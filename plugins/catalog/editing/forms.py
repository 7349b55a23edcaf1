"""The two forms in which an entity is edited: by fields, and as YAML."""

from __future__ import annotations

from typing import Any

from django import forms

from plugins.catalog.editing.fields import at, changes, fields_of, needed_lists, suits
from plugins.catalog.editing.splice import Path, with_values

MAX_TEXT = 1_000_000


class FieldsForm(forms.Form):
    """The common fields of a kind over a document; what a field can't show without loss is left to YAML.

    is_new  the reference is not fixed yet: name and namespace are fields, too
    """

    def __init__(self, data: Any, *, kind: str, document: dict[str, Any], is_new: bool) -> None:
        self.document = document
        self.paths: dict[str, Path] = {}
        self.left_out: list[str] = []
        self.needed = needed_lists(kind)
        super().__init__(data, auto_id="catalog-%s")
        for path, field in (*(_reference() if is_new else ()), *fields_of(kind)):
            value = at(document, path)
            if not suits(field, value):
                self.left_out.append(".".join(path))
                continue
            name = ".".join(path)
            field.initial = value
            self.fields[name] = field
            self.paths[name] = path

    @property
    def only_lacks(self) -> bool:
        """Whether there is nothing wrong but fields that are still to be filled in."""
        return all(error.code == "required" for errors in self.errors.as_data().values() for error in errors)

    def text(self, base: str) -> str:
        """The document ``base`` with what was entered. Raises yaml12.YamlError."""
        values = {path: self.cleaned_data.get(name, "") for name, path in self.paths.items()}
        return with_values(base, changes(self.document, values, self.needed))

    def blame(self, path: tuple[str | int, ...], message: str) -> None:
        """Put an error at the field that a path leads to or into, or above the form when there is none."""
        steps = tuple(map(str, path))
        name = next((name for name, own in self.paths.items() if steps[: len(own)] == own), None)
        self.add_error(name, message)


class YamlForm(forms.Form):
    """The text of the document."""

    yaml = forms.CharField(
        label="Document",
        strip=False,
        max_length=MAX_TEXT,
        error_messages={"required": "Write the document here, from apiVersion to spec."},
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "catalog-yaml mono", "wrap": "off"}),
    )

    def __init__(self, data: Any, *, text: str) -> None:
        super().__init__(data, auto_id="catalog-%s", initial={"yaml": text})


def _reference() -> list[tuple[Path, forms.Field]]:
    name = forms.CharField(
        label="Name",
        max_length=63,
        help_text="Letters, digits, and - _ . between them. It can't be changed later.",
        error_messages={"required": "Enter a name, such as payment-service."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    namespace = forms.CharField(label="Namespace", max_length=63, required=False, help_text="Without one, “default”.")
    return [(("metadata", "name"), name), (("metadata", "namespace"), namespace)]
