"""What people keep of the list: its look, and named states of it, some of them shared."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from plugins.catalog.lists.columns import COLUMNS, DEFAULT, known
from portal.api import has_permission, teams

MOST_VIEWS = 100
NAME = 60
MAX_QUERY = 2000


class Look(models.Model):
    """The columns and the density of lists that one person keeps; who keeps nothing has no row."""

    # Without a constraint: it would outlive the plugin, and then block deleting users.
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)
    columns = models.CharField(max_length=200, default=",".join(DEFAULT), help_text="Names, separated by commas.")
    is_compact = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.columns

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that there are."""
        return known(self.columns.split(","))

    @classmethod
    def of(cls, user: Any) -> Look:
        """What ``user`` keeps, or the usual look."""
        return cls.objects.filter(user=user.pk).first() or cls(user_id=user.pk)

    @classmethod
    def keep(cls, user: Any, columns: list[str], is_compact: bool) -> None:
        """Keep a look for ``user``; what is no column is left out."""
        chosen = {"columns": ",".join(known(columns)), "is_compact": is_compact}
        cls.objects.update_or_create(user=user, defaults=chosen)


class SavedViews(models.QuerySet["SavedView"]):
    """Views, by who may see and who may change them."""

    def visible_to(self, user: Any) -> SavedViews:
        """The user's own, those of the user's teams, and those for everyone."""
        return self.filter(Q(owner=user) | Q(team__in=teams(user)) | Q(is_for_everyone=True))

    def changeable_by(self, user: Any) -> SavedViews:
        """The user's own, those of the user's teams, and for holders of catalog.share those for everyone."""
        theirs = Q(owner=user) | Q(team__in=teams(user))
        return self.filter(theirs | Q(is_for_everyone=True) if has_permission(user, "catalog.share") else theirs)


class SavedView(models.Model):
    """A named state of the list: its query, columns included. With a team, or for everyone, others see it too."""

    name = models.CharField(max_length=NAME)
    query = models.CharField(max_length=MAX_QUERY)
    # Without constraints: they would outlive the plugin, and then block deleting users and groups.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)
    team = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    is_for_everyone = models.BooleanField(default=False, db_index=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = SavedViews.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("is_for_everyone", "name", "pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list in this state."""
        return f"{reverse('catalog:index')}?{self.query}&view={self.pk}"

    def is_at(self, query: str) -> bool:
        """Whether a state is the one that was saved."""
        return self.query == query

    @property
    def column_labels(self) -> list[str]:
        """The headings of its columns."""
        names = known(QueryDict(self.query).get("columns", "").split(","))
        return [COLUMNS[name].label for name in names]
