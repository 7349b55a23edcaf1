"""Backstage's ``filter`` parameters over the columns that the catalog keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from plugins.catalog.models import Entity, Relation, Tag

_COLUMNS: Mapping[str, str] = {
    "kind": "kind",
    "metadata.name": "name",
    "metadata.namespace": "namespace",
    "metadata.title": "title",
    "metadata.description": "description",
    "spec.type": "type",
    "spec.lifecycle": "lifecycle",
}
_TAG = "metadata.tags"
_RELATIONS = "relations."


class FilterError(ValueError):
    """A filter that can't be answered; the message says which keys can."""


def matching(filters: Iterable[str]) -> QuerySet[Entity]:
    """The entities that satisfy one of ``filters``; all of them when there is none. Raises FilterError."""
    asked = [one for one in filters if one]
    if not asked:
        return Entity.objects.all()
    wanted = Q()
    for one in asked:
        wanted |= _conjunction(one)
    return Entity.objects.filter(wanted)


def _conjunction(text: str) -> Q:
    alternatives: defaultdict[str, list[str | None]] = defaultdict(list)
    for part in text.split(","):
        key, equals, value = part.partition("=")
        key = key.strip()
        if not key or "\0" in part:
            raise FilterError(f'"{part}" is no filter: write key=value.')
        alternatives[key].append(value.strip() if equals else None)
    wanted = Q()
    for key, values in alternatives.items():
        condition = Q(pk__in=[])
        for value in values:
            condition |= _condition(key, value)
        wanted &= condition
    return wanted


def _condition(key: str, value: str | None) -> Q:
    lowered = key.lower()
    if column := next((column for path, column in _COLUMNS.items() if path.lower() == lowered), ""):
        return ~Q(**{column: ""}) if value is None else Q(**{f"{column}__iexact": value})
    if lowered == _TAG:
        tags = Tag.objects.all() if value is None else Tag.objects.filter(name=value.lower())
        return Q(pk__in=tags.values("entity"))
    if lowered.startswith(_RELATIONS):
        stated = Relation.objects.filter(type__iexact=key[len(_RELATIONS) :])
        if value is not None:
            stated = stated.filter(target_ref=value.lower())
        return Q(ref__in=stated.values("source_ref"))
    known = ", ".join((*_COLUMNS, _TAG, f"{_RELATIONS}<type>"))
    raise FilterError(f'The key "{key}" can\'t be filtered by; these can: {known}.')
