"""Refuses a plugin's model before its class exists when it claims a name that belongs to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.apps import AppConfig, apps
from django.db.models import Model

from portal.guard import PluginError
from portal.guard.django_internals import before_models_are_built, belongs_to


def building_models_of(
    label: str, package: str, is_plugin: Callable[[AppConfig], bool]
) -> AbstractContextManager[None]:
    """Guard the import of a plugin's models.

    Raises PluginError for a model in a foreign app, a foreign table, a field put onto another app's model, a foreign
    key to another plugin, and a reverse
    accessor or query name that the target already has: tied to the user model, such an accessor breaks every
    user load, and it can't be taken back once the class is built.
    """

    def check_options(options: Any, model: type[Model]) -> None:
        if not belongs_to(model, package):
            return
        claimed = getattr(options.meta, "app_label", None) or options.app_label
        if claimed != label:
            raise PluginError(f'Model {model.__name__} claims the app "{claimed}": remove app_label from its Meta.')
        table = getattr(options.meta, "db_table", None)
        owner = table and _owner_of_table(table)
        if owner and owner != label:
            raise PluginError(f'Model {model.__name__} claims the table "{table}" of {owner}: choose another db_table.')

    def check_field(model: type[Model], name: str) -> None:
        owner = model._meta.app_label
        if owner != label and apps.all_models[owner].get(model._meta.model_name or "") is model:
            raise PluginError(
                f"It adds the field {name} to {model._meta.label}, whose table has no such column: "
                "keep it in a model of the plugin, with a one-to-one field."
            )

    def check_relation(field: Any, model: type[Model], name: str) -> None:
        if not belongs_to(model, package) or model._meta.abstract:
            return
        target = _resolve(field.remote_field.model, label)
        if target is None or target._meta.app_label == label:
            return
        owner = apps.app_configs.get(target._meta.app_label)
        where = f"{model.__name__}.{name}"
        if owner and is_plugin(owner):
            raise PluginError(
                f'{where} refers to the plugin "{owner.label}": plugins can\'t depend on each other; keep a reference.'
            )
        for accessor in _reverse_names(field, model):
            if _is_taken(target, accessor):
                raise PluginError(
                    f'{where} would replace "{accessor}" of {target._meta.label}: '
                    f'choose a related_name that begins with "{label}_", or "+" for none.'
                )

    return before_models_are_built(check_options, check_field, check_relation)


def _owner_of_table(table: str) -> str | None:
    # SQLite tells no capitals apart, and Django takes a name in quotes as it is.
    table = table.strip('"').lower()
    for label, models in apps.all_models.items():
        if any(model._meta.db_table.strip('"').lower() == table for model in models.values()):
            return label
    return None


def _resolve(target: Any, label: str) -> type[Model] | None:
    if not isinstance(target, str):
        return target  # type: ignore[no-any-return]
    if target == "self":
        return None
    app_label, _, model_name = target.rpartition(".")
    return apps.all_models[app_label or label].get(model_name.lower())


def _reverse_names(field: Any, model: type[Model]) -> list[str]:
    remote = field.remote_field
    names = {"class": model.__name__.lower(), "model_name": model.__name__.lower(), "app_label": model._meta.app_label}
    related_name = remote.related_name or model._meta.default_related_name
    if related_name:
        related_name %= names
        if related_name.endswith("+"):
            return []
    accessor = related_name or (names["model_name"] if field.one_to_one else f"{names['model_name']}_set")
    query_name = (remote.related_query_name or related_name or names["model_name"]) % names
    return [accessor, query_name]


def _is_taken(target: type[Model], name: str) -> bool:
    fields = (*target._meta.fields, *target._meta.many_to_many)
    return hasattr(target, name) or any(name in (field.name, field.attname) for field in fields)
