"""Filters and tags of the catalog's templates."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from plugins.catalog import kinds, links, refs
from plugins.catalog.definitions.prose import Prose
from plugins.catalog.validation.problem import plain

# After these, and before capitals within a word, browsers break no line by themselves.
BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[/._:])(?=\w)")
BREAKABLE = 20

register = template.Library()


@register.filter
def entity_url(ref: str) -> str:
    """The page of an entity that is in the catalog."""
    return links.page_of(ref)


@register.filter
def entity_icon(kind: str) -> str:
    """The icon of a kind, in any casing."""
    return kinds.of(kinds.named(kind)).icon


@register.filter
def short_ref(ref: str) -> str:
    """A reference without the namespace when that is the default: "group:payments"."""
    return ref.replace(f":{refs.DEFAULT_NAMESPACE}/", ":", 1)


@register.filter
def plain_reason(reason: str) -> str:
    """Why something is a problem, without what only a validator says."""
    return plain(reason)


@register.filter
def breakable(text: str) -> SafeString:
    """A name that may go on in the next line where its parts meet, rather than anywhere: "@acme/", "data_", "order"."""
    if len(text) <= BREAKABLE:
        return escape(text)
    return mark_safe("<wbr>".join(escape(part) for part in BREAKS.split(text)))  # noqa: S308 - each part is escaped


@register.filter
def lifecycle_status(lifecycle: str) -> str:
    """How a lifecycle is shown by {% badge %}."""
    return kinds.LIFECYCLES.get(lifecycle, "neutral")


@register.filter
def counted(number: int, kind: str) -> str:
    """ "128 components"; an empty kind counts entities."""
    return kinds.of(kind).counted(number)


@register.filter
def grouped(number: int) -> str:
    """A count with its thousands apart: "10,120"."""
    return f"{number:,}"


@register.filter
def written(text: str, prose: Prose) -> str:
    """A text of a definition as HTML."""
    return prose.html(text)


@register.simple_tag(takes_context=True)
def with_values(context: Context, name: str, values: Iterable[str]) -> str:
    """The current query with all values of one parameter replaced, back on the first page."""
    query = context["request"].GET.copy()
    query.setlist(name, list(values))
    query.pop("page", None)
    return f"?{query.urlencode()}"
