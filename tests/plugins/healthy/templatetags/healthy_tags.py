from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def shout(text: str) -> str:
    """Return ``text`` in capitals."""
    return text.upper()
