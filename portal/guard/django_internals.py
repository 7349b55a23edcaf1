"""Every undocumented Django call of the loader, in one place.

tests/contract/test_django_internals.py holds each of them to every supported version of Django.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from weakref import ReferenceType

from django.apps import apps
from django.core.checks.registry import registry as check_registry
from django.core.management import get_commands
from django.db.models import Field, Model, deletion
from django.db.models.fields.related import RelatedField
from django.db.models.options import Options
from django.dispatch import Signal
from django.template import engines
from django.template.utils import get_app_template_dirs


def belongs_to(obj: Any, package: str) -> bool:
    """Say whether a function, method, class or instance was defined in ``package`` (a dotted name).

    A decorated function and a partial belong to where the function in them was defined.
    """
    while (inner := getattr(obj, "__wrapped__", None) or (obj.func if isinstance(obj, partial) else None)) is not None:
        obj = inner
    module = getattr(obj, "__module__", None) or type(obj).__module__
    return module == package or module.startswith(f"{package}.")


@contextmanager
def before_models_are_built(
    check_options: Callable[[Any, type[Model]], None],
    check_field: Callable[[type[Model], str], None],
    check_relation: Callable[[Any, type[Model], str], None],
) -> Iterator[None]:
    """Call the checks before a model class takes its name or gets a field, and before a relation is tied."""
    name_model, add_field = Options.contribute_to_class, Field.contribute_to_class
    tie_relation = RelatedField.contribute_to_class

    def checked_name(self: Any, cls: type[Model], name: str) -> None:
        check_options(self, cls)
        name_model(self, cls, name)

    def checked_field(self: Any, cls: type[Model], name: str, private_only: bool = False) -> None:
        check_field(cls, name)
        add_field(self, cls, name, private_only=private_only)

    def checked_relation(self: Any, cls: type[Model], name: str, private_only: bool = False, **kwargs: Any) -> None:
        check_relation(self, cls, name)
        tie_relation(self, cls, name, private_only=private_only, **kwargs)

    owners: tuple[Any, ...] = (Options, Field, RelatedField)
    for owner, checked in zip(owners, (checked_name, checked_field, checked_relation), strict=True):
        owner.contribute_to_class = checked
    try:
        yield
    finally:
        for owner, own in zip(owners, (name_model, add_field, tie_relation), strict=True):
            owner.contribute_to_class = own


def forget_apps(labels: set[str]) -> None:
    """Make the apps as if they had never been installed: entries, models, accessors, waiting references.

    The dictionary of apps is replaced, not changed, because populate() may be iterating over it.
    """
    models = [model for label in labels for model in apps.all_models[label].values()]
    for model in models:
        _remove_accessors(model)
    _forget_waiting_references(labels)
    for label in labels:
        apps.all_models.pop(label, None)
    apps.app_configs = {label: config for label, config in apps.app_configs.items() if label not in labels}
    expire_caches()


@contextmanager
def hidden_apps(labels: set[str]) -> Iterator[None]:
    """Hide apps for the length of a block, as if they were not installed, and bring them back after it."""
    app_configs = apps.app_configs
    apps.app_configs = {label: config for label, config in app_configs.items() if label not in labels}
    expire_caches()
    try:
        yield
    finally:
        apps.app_configs = app_configs
        expire_caches()


def expire_caches() -> None:
    """Drop what Django remembers about the installed apps: relations, commands, template folders, tag libraries."""
    apps.clear_cache()
    for config in apps.app_configs.values():
        for model in config.models.values() if config.models else ():
            model._meta._expire_cache()  # type: ignore[attr-defined]
    get_commands.cache_clear()  # type: ignore[attr-defined]
    get_app_template_dirs.cache_clear()  # type: ignore[attr-defined]
    engines._engines = {}  # type: ignore[attr-defined]
    engines.__dict__.pop("templates", None)


def _remove_accessors(model: type[Model]) -> None:
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        relation: Any = field.remote_field
        target = getattr(relation, "model", None)
        if not isinstance(target, type) or target._meta.app_label == model._meta.app_label:  # type: ignore[attr-defined]
            continue
        accessor = relation.get_accessor_name()
        if accessor and accessor in vars(target):
            delattr(target, accessor)


def _forget_waiting_references(labels: set[str]) -> None:
    for key, operations in list(apps._pending_operations.items()):
        kept = [operation for operation in operations if _waiting_label(operation) not in labels]
        if kept:
            apps._pending_operations[key] = kept
        else:
            del apps._pending_operations[key]


def _waiting_label(operation: Any) -> str | None:
    field = None
    while operation is not None:
        field = getattr(operation, "keywords", {}).get("field", field)
        operation = getattr(operation, "func", None)
    model = getattr(field, "model", None)
    return model._meta.app_label if model else None


def leave_out_of_deletion(is_missing: Callable[[type[Model]], bool]) -> None:
    """Let whoever deletes an object look past the relations of models for which ``is_missing`` holds, from now on."""
    find: Any = deletion.get_candidate_relations_to_delete

    def find_present(opts: Any) -> Iterator[Any]:
        return (relation for relation in find(opts) if not is_missing(relation.related_model))

    deletion.get_candidate_relations_to_delete = find_present


def forget_receivers(package: str) -> int:
    """Disconnect every signal receiver defined in ``package`` and return how many there were."""
    removed = 0
    for signal in _signals():
        with signal.lock:
            kept = [entry for entry in signal.receivers if not _receiver_belongs_to(entry[1], package)]
            removed += len(signal.receivers) - len(kept)
            signal.receivers = kept
            signal.sender_receivers_cache.clear()
    return removed


def replace_receivers(replace: Callable[[Callable[..., Any]], Callable[..., Any] | None]) -> None:
    """Put what ``replace`` returns, unless it is None, in the place of each synchronous signal receiver.

    What was connected weakly and is replaced is held from then on.
    """
    for signal in _signals():
        with signal.lock:
            signal.receivers = [_replaced(entry, replace) for entry in signal.receivers]
            signal.sender_receivers_cache.clear()


def _signals() -> list[Signal]:
    # By type(), since isinstance() asks an object for its class, and a lazy object would be evaluated for that.
    return [obj for obj in gc.get_objects() if issubclass(type(obj), Signal)]


def _replaced(entry: Any, replace: Callable[[Callable[..., Any]], Callable[..., Any] | None]) -> Any:
    """An entry is the lookup key, the receiver or a reference to it, perhaps the sender, and is_async."""
    receiver = _receiver(entry[1])
    replacement = replace(receiver) if receiver is not None and not entry[-1] else None
    return entry if replacement is None else (entry[0], replacement, *entry[2:])


def _receiver(reference: Any) -> Any:
    return reference() if isinstance(reference, ReferenceType) else reference


def _receiver_belongs_to(reference: Any, package: str) -> bool:
    receiver = _receiver(reference)
    return receiver is not None and belongs_to(receiver, package)


def registered_checks(package: str) -> list[Callable[..., Any]]:
    """Return the system checks that modules of ``package`` registered."""
    everything = check_registry.registered_checks | check_registry.deployment_checks
    return [check for check in everything if belongs_to(check, package)]


def replace_checks(package: str, replace: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put what ``replace`` returns in the place of each system check of ``package``."""
    for checks in (check_registry.registered_checks, check_registry.deployment_checks):
        for check in [check for check in checks if belongs_to(check, package)]:
            checks.discard(check)
            checks.add(replace(check))  # type: ignore[arg-type]


def forget_checks(package: str) -> None:
    """Unregister the system checks of ``package``."""
    for checks in (check_registry.registered_checks, check_registry.deployment_checks):
        for check in [check for check in checks if belongs_to(check, package)]:
            checks.discard(check)
