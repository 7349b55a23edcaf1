"""Template tags of the front-end kit: icons, badges, relative times, links to static files with their integrity.

Built into every template of the portal, so no {% load %} is needed. docs/frontend.md shows them in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.services.icons import sprites_by_icon

__all__ = ["badge", "icon", "relative_time", "script", "stylesheet"]

NEUTRAL_ICON = "circle"
STATUS_ICONS: Mapping[str, str] = MappingProxyType(
    {
        "ok": "circle-check",
        "warning": "triangle-alert",
        "danger": "circle-x",
        "info": "info",
        "neutral": NEUTRAL_ICON,
    }
)
# A longer word of a badge may be cut off where there is little room, so that it is the title, too.
LONG_WORD = 16
# In seconds; a month is a twelfth of 365 days.
UNITS = (
    (31_536_000, "year"),
    (2_628_000, "month"),
    (604_800, "week"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
)

register = template.Library()


# A page has dozens of icons, of few kinds.
@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", filled: bool = False) -> SafeString:
    """Return the Lucide icon ``name`` as SVG; a name that no sprite has becomes a neutral circle.

    label   its accessible name; without one the icon is hidden from screen readers and belongs beside a word
    filled  paint the inside too, for a switch that is on
    """
    if name not in sprites_by_icon():
        name = NEUTRAL_ICON
    return format_html(
        '<svg class="icon{}" width="18" height="18"{}><use href="{}#{}"></use></svg>',
        " filled" if filled else "",
        format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"'),
        staticfiles_storage.url(sprites_by_icon()[name]),
        name,
    )


@receiver(setting_changed)
def _forget_icons(**_: Any) -> None:
    icon.cache_clear()


@register.simple_tag
def badge(status: str, word: str) -> SafeString:
    """Return a badge of icon and word. ``status``: ok, warning, danger, info or neutral; anything else is neutral."""
    known = status if status in STATUS_ICONS else "neutral"
    title = format_html(' title="{}"', word) if len(str(word)) > LONG_WORD else SafeString("")
    return format_html('<span class="badge badge-{}"{}>{}{}</span>', known, title, icon(STATUS_ICONS[known]), word)


@register.simple_tag
def relative_time(moment: datetime | date | None) -> SafeString:
    """Return a <time> that says how long ago or ahead ``moment`` is, with the absolute date in its title.

    A date counts from its midnight and a naive datetime as local, both in the current time zone; None gives nothing.
    """
    if moment is None:
        return SafeString("")
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    machine, people = _written_out(moment, timezone.get_current_timezone())
    distance = _distance((timezone.now() - moment).total_seconds())
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, people, distance)


# Lists show the same moments again and again, and only the distance to now changes.
@lru_cache(maxsize=4096)
def _written_out(moment: datetime, zone: tzinfo) -> tuple[str, str]:
    local = moment.astimezone(zone)
    return local.isoformat(timespec="seconds"), f"{local.day} {local:%b %Y, %H:%M %Z}"


def _distance(seconds: float) -> str:
    for size, unit in UNITS:
        number = int(abs(seconds) // size)
        if number:
            words = f"{number} {unit}{'s' if number > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """Return the <link> of the static stylesheet ``name`` with its integrity. Raises ValueError for unknown files."""
    return format_html('<link rel="stylesheet" href="{}"{}>', staticfiles_storage.url(name), _integrity(name))


@register.simple_tag
def script(name: str) -> SafeString:
    """Return the deferred <script> of the static file ``name`` with its integrity, which the policy asks for.

    Raises ValueError for unknown files.
    """
    return format_html('<script src="{}"{} defer></script>', staticfiles_storage.url(name), _integrity(name))


def _integrity(name: str) -> SafeString:
    digest = staticfiles_storage.integrity(name)  # type: ignore[attr-defined] # both storages of portal.web have it
    # Browsers that enforce an integrity policy ask for crossorigin even on the own origin.
    return format_html(' integrity="{}" crossorigin="anonymous"', digest) if digest else SafeString("")
