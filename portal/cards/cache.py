"""Keeps the HTML of cards that ask for it, per user or per set of permissions, and drops it when the user writes."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from portal.cards.context import CardContext
from portal.registry import PlacedCard

STALE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Content:
    """What a card rendered: clean HTML, the count for its heading, and when (seconds since the epoch)."""

    html: str
    count: int | None
    rendered_at: float

    def is_fresh(self, seconds: int) -> bool:
        """Say whether it is at most ``seconds`` old."""
        return time.time() - self.rendered_at <= seconds


def flight_key(placed: PlacedCard, context: CardContext) -> str:
    """Return what makes two runs of a card the same: plugin version, card, argument, language, time zone and the user.

    In a shared card the permissions stand for the user.
    """
    who = ",".join(sorted(context.permissions)) if placed.card.shared else f"user {context.user.pk}"
    parts = (placed.id, placed.plugin.version, context.argument_text, context.language, str(context.time_zone), who)
    return hashlib.sha256("\0".join((*parts, context.script_prefix)).encode()).hexdigest()


def stored(requests: Iterable[tuple[PlacedCard, CardContext]]) -> dict[str, tuple[str, Content | None]]:
    """Return, by flight key, the key each cachable card is stored under now and its content, in two reads at most."""
    wanted = {flight_key(placed, context): (placed, context) for placed, context in requests if placed.card.cache_for}
    if not wanted:
        return {}
    epochs = {key: _epoch_key(placed, context) for key, (placed, context) in wanted.items()}
    current = cache.get_many(set(epochs.values()))
    names = {key: f"card:{key}:{current.get(epoch, '')}" for key, epoch in epochs.items()}
    contents = cache.get_many(names.values())
    return {key: (name, contents.get(name)) for key, name in names.items()}


def store(name: str, content: Content, fresh_for: int) -> None:
    """Keep ``content``: fresh for ``fresh_for`` seconds, and shown while it is renewed for ten minutes more."""
    cache.set(name, content, fresh_for + STALE_SECONDS)


def drop(label: str, user_id: object) -> None:
    """Drop what is stored of the plugin for this user, and what it shares between users.

    Entries aren't looked for: the epoch in their names changes, and a run that began before the write stores
    under the old one.
    """
    epoch = uuid.uuid4().hex
    cache.set_many({f"card-epoch:{label}:{user_id}": epoch, f"card-epoch:{label}:shared": epoch}, None)


def _epoch_key(placed: PlacedCard, context: CardContext) -> str:
    who = "shared" if placed.card.shared else context.user.pk
    return f"card-epoch:{placed.plugin.label}:{who}"
