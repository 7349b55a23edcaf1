"""States of data under a name, and answers of the API that are given again while the state is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import uuid4

from django.db import connection

from portal import models
from portal.plugin import keep_signature
from portal.services.snapshot import Snapshot

View = Callable[..., Any]

LONGEST_SECONDS = 60

_tokens: Snapshot[dict[str, str]] = Snapshot(lambda last: dict(models.Revision.objects.values_list("name", "token")))


@dataclass(frozen=True, slots=True)
class Revision:
    """The state of some data, as a token that changes with it; ``name`` begins with the plugin's label.

    Whatever was made from the data may be kept under the token.
    """

    name: str

    def advance(self) -> None:
        """Say that the data changed. Call it in the transaction that changes them."""
        models.Revision.objects.bulk_create(
            [models.Revision(name=self.name, token=uuid4().hex)],
            update_conflicts=True,
            unique_fields=("name",),
            update_fields=("token",),
        )
        _tokens.forget_with_commit()

    def token(self) -> str:
        """Return the token of the present state, "" before the first change."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT token FROM {models.Revision._meta.db_table} WHERE name = %s", (self.name,))  # noqa: S608 - a constant
            row = cursor.fetchone()
        return row[0] if row else ""

    def recent(self) -> str:
        """Return the token at most half a second after another process changed the data, and at once after this one."""
        # What this transaction has written, nobody else may take for the present state.
        return self.token() if connection.in_atomic_block else _tokens.get().get(self.name, "")


@dataclass(frozen=True, slots=True)
class Freshness:
    """An answer is good while ``revision`` has this token, for ``seconds`` at most."""

    revision: Revision
    token: str
    seconds: float

    def holds(self) -> bool:
        """Say whether the data are the same."""
        return self.revision.recent() == self.token

    def is_known_to_hold(self) -> bool:
        """Say so without a look at the database, and False when one is needed."""
        tokens = _tokens.peek()
        return tokens is not None and tokens.get(self.revision.name, "") == self.token


def cached(revision: Revision, *, seconds: float | Callable[[], float] = LONGEST_SECONDS) -> Callable[[View], View]:
    """Let the answers of a GET operation of the API be given again until ``revision`` advances.

    Only to the same user with the same permissions at the same address, and for ``seconds`` at most, or as many as the
    function returns before the answer is worked out: on anything else the answer must not depend. One with
    ``Cache-Control: no-store`` is not kept, and a request with ``no-cache`` (RFC 9111 §5.2) is always worked out.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def marked(request: Any, *args: Any, **kwargs: Any) -> Any:
            # Before the view looks at the data, or what it saw could pass for what came after.
            token = revision.recent()
            request.fresh_while = Freshness(revision, token, seconds() if callable(seconds) else seconds)
            return view(request, *args, **kwargs)

        keep_signature(marked, view)
        return marked

    return decorate
