from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from portal.api import icon_names, teams


def icon_choices() -> list[tuple[str, str]]:
    """Return the icons of the portal's sprite, by name."""
    return [(name, name) for name in sorted(icon_names())]


def validate_https(address: str) -> None:
    """Raise ValidationError for anything but an https address without a password in it.

    Django's own URL validator is not used: it refuses host names of one word, such as https://wiki/.
    """
    try:
        parts = urlsplit(address)
        plain = address.isprintable() and not any(character in address for character in ' \\"<>^`{|}')
        valid = plain and parts.scheme == "https" and bool(parts.hostname) and parts.username is None
        valid = valid and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid:
        raise ValidationError("Enter an address that begins with https:// and holds neither spaces nor a password.")


class QuickLinkQuerySet(models.QuerySet["QuickLink"]):
    """Links by who may see them."""

    def visible_to(self, user: Any) -> QuickLinkQuerySet:
        """Return the links for everybody and those of the user's teams."""
        return self.filter(Q(team=None) | Q(team__in=teams(user)))


class QuickLink(models.Model):
    """A link to something outside the portal, for everybody or for one team."""

    title = models.CharField(max_length=80)
    url = models.CharField("address", max_length=500, validators=[validate_https])
    description = models.CharField(max_length=200, blank=True)
    icon = models.CharField(max_length=40, choices=icon_choices, default="link")
    category = models.CharField(max_length=60, default="General", db_index=True)
    # Without a constraint: it would outlive the plugin, and then block deleting groups.
    team = models.ForeignKey(
        Group,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        help_text="Empty: everybody sees it.",
    )
    position = models.PositiveSmallIntegerField("order", default=100, help_text="Ascending.")

    objects = QuickLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "quick link"
        ordering = ("position", "title", "pk")

    def __str__(self) -> str:
        return self.title
