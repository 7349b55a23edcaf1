"""What a person keeps of the catalog: stars and visits. Entities are named by reference.

A reference outlives the entity's row, so that a star is still there when a file comes back after a bad read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.transaction import atomic
from django.utils import timezone

REF = 255
MOST_STARS = 1000
MOST_VISITS = 20


def _person() -> Any:
    # Without a constraint: it would outlive the plugin, and then block deleting users.
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )


class Star(models.Model):
    """One entity that one person marked; at most 1000 for each."""

    user = _person()
    ref = models.CharField(max_length=REF)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=("user", "ref"), name="catalog_star_once"),)

    def __str__(self) -> str:
        return self.ref

    @classmethod
    def refs_of(cls, user: Any) -> list[str]:
        """The references that ``user`` starred, the latest first."""
        return list(cls.objects.filter(user=user).values_list("ref", flat=True)[:MOST_STARS])

    @classmethod
    def put(cls, user: Any, ref: str, on: bool) -> bool:
        """Set or take the star, whichever was there. Returns False when there is no room for another."""
        with atomic():
            if not on:
                cls.objects.filter(user=user, ref=ref).delete()
            elif not cls.objects.filter(user=user, ref=ref).exists():
                if cls.objects.filter(user=user).count() >= MOST_STARS:
                    return False
                cls.objects.get_or_create(user=user, ref=ref)
        return True


class Visit(models.Model):
    """When one person last looked at one entity; the latest 20 for each."""

    user = _person()
    ref = models.CharField(max_length=REF)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=("user", "ref"), name="catalog_visit_once"),)
        indexes = (models.Index(fields=("user", "-at"), name="catalog_visit_latest"),)

    def __str__(self) -> str:
        return self.ref

    @classmethod
    def record(cls, user: Any, ref: str, at: datetime | None = None) -> None:
        """Put the entity first; writes nothing when it is first already."""
        latest = list(cls.objects.filter(user=user).values_list("pk", "ref")[: MOST_VISITS + 1])
        if latest and latest[0][1] == ref:
            return
        with atomic():
            cls.objects.update_or_create(user=user, ref=ref, defaults={"at": at or timezone.now()})
            others = [pk for pk, other in latest if other != ref]
            cls.objects.filter(pk__in=others[MOST_VISITS - 1 :]).delete()
