"""Tags that place cards and links of plugins in a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from portal.cards.slots import PageSlots, links

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, argument: str = "") -> SafeString:
    """Place the cards of a slot: {% slot "home:left" %}, {% slot "catalog.entity:overview" entity.ref %}.

    With ``as name`` the page can ask whether there are any for this user.
    """
    return mark_safe(_slots(context).place(name, str(argument)))  # noqa: S308 - a mark that the host itself makes


@register.simple_tag(takes_context=True)
def late_refresh(context: Context) -> SafeString:
    """In the head of a page with slots: lets browsers without JavaScript come back for late cards."""
    return mark_safe(_slots(context).late_mark)  # noqa: S308 - a mark that the host itself makes


@register.simple_tag(takes_context=True)
def slot_links(context: Context, name: str, argument: str = "") -> list[dict[str, Any]]:
    """Return the links of a slot: {% slot_links "catalog.entity:tabs" entity.ref as tabs %}."""
    return links(context["request"].user, name, str(argument))


def _slots(context: Context) -> PageSlots:
    request = context["request"]
    if not hasattr(request, "page_slots"):
        request.page_slots = PageSlots(request)
    return request.page_slots  # type: ignore[no-any-return]
