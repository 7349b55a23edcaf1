from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from portal.api import search_changed, teams

TITLE_LENGTH = 200
NOTES_LENGTH = 10_000
FIRST_DUE, LAST_DUE = date(2000, 1, 1), date(2999, 12, 31)
KEPT_AFTER_DELETION = timedelta(days=1)


class TodoQuerySet(models.QuerySet["Todo"]):
    """To-dos, by who may see them and what is to be done. Writes are single statements, so none is ever half done."""

    def visible_to(self, user: Any) -> TodoQuerySet:
        """Return the to-dos of ``user`` and of the user's teams."""
        return self._belonging_to(user).filter(deleted_at=None)

    def restorable_by(self, user: Any) -> TodoQuerySet:
        """Return those that were deleted within the last day and that ``user`` could see before."""
        return self._belonging_to(user).filter(deleted_at__gt=timezone.now() - KEPT_AFTER_DELETION)

    def _belonging_to(self, user: Any) -> TodoQuerySet:
        return self.filter(Q(team=None, owner=user) | Q(team__in=teams(user)))

    def shown_as(self, view: str) -> TodoQuerySet:
        """Return what one of the lists shows: "team" and "mine" what is open, "done" what is done, latest first."""
        if view == "done":
            return self.exclude(done_at=None).order_by("-done_at", "-pk")
        return self.filter(done_at=None, team__isnull=view != "team")

    def counts(self) -> dict[str, int]:
        """Return how many to-dos each list shows, in one query."""
        return self.aggregate(
            mine=Count("pk", filter=Q(done_at=None, team=None)),
            team=Count("pk", filter=Q(done_at=None, team__isnull=False)),
            done=Count("pk", filter=Q(done_at__isnull=False)),
        )

    def tick_off(self) -> None:
        """Mark them as done. What is done already keeps its time."""
        self.filter(done_at=None).update(done_at=timezone.now())

    def reopen(self) -> None:
        """Mark them as not done."""
        self.update(done_at=None)

    def discard(self) -> None:
        """Delete them in a way that can be undone for a day, and remove for good what was deleted earlier."""
        now = timezone.now()
        refs = self._refs()
        self.model.objects.filter(deleted_at__lte=now - KEPT_AFTER_DELETION).delete()
        self.update(deleted_at=now)
        search_changed("todos", refs)

    def restore(self) -> None:
        """Undo a deletion."""
        refs = self._refs()
        self.update(deleted_at=None)
        search_changed("todos", refs)

    def _refs(self) -> list[str]:
        return [str(key) for key in self.values_list("pk", flat=True)]


class Todo(models.Model):
    """Something to be done by its owner or, when it has a team, by anybody in that team."""

    title = models.CharField(max_length=TITLE_LENGTH)
    notes = models.TextField(blank=True, max_length=NOTES_LENGTH)
    due = models.DateField(
        "due date", null=True, blank=True, validators=[MinValueValidator(FIRST_DUE), MaxValueValidator(LAST_DUE)]
    )
    # Without constraints: they would outlive the plugin, and then block deleting users and groups.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)
    team = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False)
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TodoQuerySet.as_manager()

    class Meta:
        verbose_name = "to-do"
        ordering = (F("due").asc(nulls_last=True), "pk")
        indexes = (
            models.Index(fields=("owner", "done_at", "due"), name="todos_of_owner"),
            models.Index(fields=("team", "done_at", "due"), name="todos_of_team"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("todos:detail", args=[self.pk])

    @property
    def is_overdue(self) -> bool:
        """Whether its due date has passed where the reader is."""
        return bool(self.done_at is None and self.due and self.due < timezone.localdate())

    @property
    def is_due_today(self) -> bool:
        """Whether it is to be done today."""
        return self.done_at is None and self.due == timezone.localdate()
