"""What a plugin hides from somebody, by a queryset of its own, as conditions of the search itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import CharField, QuerySet, TextField
from django.db.models.expressions import RawSQL

from portal.api import SearchSource

log = logging.getLogger("portal.search")

Condition = tuple[str, tuple[Any, ...]]


def narrowing(sources: Iterable[SearchSource], user: Any) -> tuple[Condition, ...]:
    """The conditions on a document ``d`` that leave what ``user`` may find of each source.

    Of a source that can't say, nothing is found: what it hides must not be seen, and others are still searched.
    """
    found = []
    for source in sources:
        try:
            visible = source.visible_to(user)
            condition = None if visible is None else _condition(source.label, visible)
        except Exception:  # noqa: BLE001 - plugin code
            log.exception("Nothing of %s is found by %s: what they may see could not be asked.", source.label, user)
            condition = _nothing_of(source.label)
        if condition:
            found.append(condition)
    return tuple(found)


def _condition(label: str, visible: QuerySet[Any, Any]) -> Condition | None:
    if not visible.query.has_filters():
        return None
    if not isinstance(visible.query.output_field, CharField | TextField):
        raise TypeError(f"visible() in search.py of {label} must give one column of text, the refs.")
    [column] = visible.query.values_select or visible.query.annotation_select
    try:
        # Asked of each document by the index of its ref, not of all documents at once.
        sql, params = visible.filter(**{column: RawSQL("d.ref", ())}).order_by().query.sql_with_params()
    except EmptyResultSet:
        return _nothing_of(label)
    return f"d.label <> %s OR EXISTS ({sql})", (label, *params)


def _nothing_of(label: str) -> Condition:
    return "d.label <> %s", (label,)
