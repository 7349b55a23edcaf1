"""The seam between plugins that have something to be found and the plugin that finds it.

The host finds each plugin's ``search.py`` and passes on what changed. Without an index it does nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Model, QuerySet, signals

from portal.services.standing import standing_of

log = logging.getLogger("portal.search")

Listener = Callable[[str, tuple[str, ...] | None], None]
Documents = Callable[[Iterable[str] | None], Iterator["SearchDocument"]]


@dataclass(frozen=True, slots=True)
class SearchType:
    """One kind of result, a value of ``TYPES`` in a plugin's ``search.py``.

    name        heading of the group, for several: "To-dos"
    icon        icon of the host's sprite
    order       ascending among types whose best results are equally good
    api_type    the type in Backstage's search API, when it has another name there: "software-catalog"
    """

    name: str
    icon: str = "circle"
    order: int = 100
    api_type: str = ""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """Something to be found.

    ref         unique within the plugin, at most 300 characters
    type        a key of the plugin's ``TYPES``
    title       what it is called by people
    url         address within the portal, or https
    name        what it is called by machines, when that differs: "payments-api"
    text        plain text; the first 20,000 characters are searched
    keywords    further words it is found by: tags, aliases
    owner       whom it belongs to, in words
    permission  "label.action" of the plugin itself; empty: any permission of the plugin
    audience    empty: whoever holds the permission; "user:7", "group:3": only that user, that group's members
    weight      from -100 to 100: the higher, the sooner it comes among those that match equally well
    fields      further values for the API, each also a filter: {"kind": "Component"}
    not_before  until this moment nobody finds it
    """

    ref: str
    type: str
    title: str
    url: str
    name: str = ""
    text: str = ""
    keywords: tuple[str, ...] = ()
    owner: str = ""
    permission: str = ""
    audience: str = ""
    weight: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Searchable:
    """A plugin's ``search.py``: its types, ``documents(refs)``, which gives all documents for None, the models whose
    rows are documents with their key as ref, and ``visible(user)``, the refs of the documents that a user may find."""

    types: Mapping[str, SearchType]
    documents: Documents
    followed: tuple[type[Model], ...] = ()
    visible: Callable[[Any], QuerySet[Any, Any]] | None = None


class Index:
    """Who is told that something changed: the plugin that keeps the index, if there is one."""

    def __init__(self) -> None:
        self.label = ""
        self.is_on: Callable[[str], bool] = lambda label: False
        self._listener: Listener | None = None

    def listen(self, label: str, listener: Listener) -> None:
        """Make ``listener(label, refs)`` of the plugin ``label`` the one that is told."""
        self.label, self._listener = label, listener

    def follow(self, label: str, models: Iterable[type[Model]]) -> None:
        """Tell of each row of ``models`` that is saved or deleted."""

        def written(instance: Model, **kwargs: Any) -> None:
            self.changed(label, (str(instance.pk),))

        for model in models:
            for signal in (signals.post_save, signals.post_delete):
                signal.connect(written, sender=model, weak=False, dispatch_uid=f"portal.search.{label}")

    def changed(self, label: str, refs: tuple[str, ...] | None) -> None:
        """Tell of a change while both plugins are on. What is missed meanwhile is read when they are switched on."""
        if self._listener is not None and self.is_on(self.label) and self.is_on(label):
            self.tell(label, refs)

    def tell(self, label: str, refs: tuple[str, ...] | None) -> None:
        """Tell the listener, in a savepoint of its own: what it raises is logged and undoes nothing of the caller."""
        if self._listener is None:
            return
        try:
            with transaction.atomic(using=DEFAULT_DB_ALIAS):
                self._listener(label, refs)
        except Exception:  # noqa: BLE001 - the listener is plugin code, and the caller's write must stand without it
            log.exception("The search index could not note what changed in %s.", label)


index = Index()


def audience_of(user: Any) -> list[str]:
    """The audiences ``user`` belongs to: everybody, the user, and each of the user's groups."""
    if not user.is_authenticated:
        return [""]
    return ["", f"user:{user.pk}", *(f"group:{group}" for group, _ in standing_of(user).groups)]
