"""What a user's groups and permissions are, kept in the process until somebody's change.

Pages, cards and links ask for them many times, and they change a few times a day.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, Max, Q
from django.db.models.signals import m2m_changed, post_delete, post_save

from portal.services.snapshot import Snapshot

EVERYONE = "Everyone"
# Groups are renamed by other processes without a row more or less; a name may be this old.
KEPT_SECONDS = 60.0
KEPT_USERS = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The groups of one user, by name, and the plugin permissions it holds itself, by its groups and by Everyone."""

    groups: tuple[tuple[int, str], ...]
    permissions: frozenset[str]

    @property
    def teams(self) -> tuple[str, ...]:
        """The names of the groups."""
        return tuple(name for _, name in self.groups)


def _links() -> tuple[Any, ...]:
    user = get_user_model()
    return user.groups.through, user.user_permissions.through, Group.permissions.through


@dataclass(frozen=True, slots=True)
class _Standings:
    """What was read while the rows between users, groups and permissions were these."""

    links: tuple[Any, ...]
    by_user: dict[Any, tuple[float, Standing]] = field(default_factory=dict)

    def of(self, user_key: Any) -> Standing | None:
        read_at, standing = self.by_user.get(user_key, (0.0, None))
        return standing if time.monotonic() - read_at < KEPT_SECONDS else None


def _look_for_changes(last: _Standings | None) -> _Standings:
    """Keep what was read for as long as there are as many rows, and no newer ones: keys are never used twice."""
    links = tuple(tuple(link.objects.aggregate(Count("pk"), Max("pk")).values()) for link in _links())
    return last if last and last.links == links and len(last.by_user) < KEPT_USERS else _Standings(links)


_standings = Snapshot(_look_for_changes)


def standing_of(user: Any) -> Standing:
    """Return the standing of a saved user. What another process changes is seen after half a second."""
    standings = _standings.get()
    standing = standings.of(user.pk)
    if standing is None:
        standing = _read(user)
        standings.by_user[user.pk] = (time.monotonic(), standing)
    return standing


def peek(user_key: Any) -> Standing | None:
    """Return the standing that is kept for a user's key, or None when it had to be read."""
    standings = _standings.peek()
    return standings.of(user_key) if standings else None


def _read(user: Any) -> Standing:
    permissions = Permission.objects.filter(
        Q(user=user.pk) | Q(group__user=user.pk) | Q(group__name=EVERYONE),
        content_type__app_label="portal",
        content_type__model="pluginstate",
        codename__contains=".",
    )
    return Standing(
        groups=tuple(user.groups.order_by("name").values_list("pk", "name")),
        permissions=frozenset(permissions.values_list("codename", flat=True)),
    )


def follow_changes() -> None:
    """Have changes of this process seen at once."""
    for link in _links():
        m2m_changed.connect(_standings.forget_with_commit, sender=link, dispatch_uid="portal.standing")
    for signal in (post_save, post_delete):
        for model in (Group, Permission):
            signal.connect(_standings.forget_with_commit, sender=model, dispatch_uid="portal.standing")
