"""The cache that processes share, and what happens while it can't be reached."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("portal.cache")

PAUSE = 5.0
OPERATIONS = (
    "add", "get", "set", "touch", "delete", "has_key", "incr", "get_many", "set_many", "delete_many", "clear",
)  # fmt: skip

_down_until: dict[str, float] = {}


class SharedCache(RedisCache):
    """Redis; while it can't be reached, a cache of this process, so that requests are answered and limits still hold.

    Redis is asked again after 5 s. What is deleted meanwhile may come back with Redis until it expires, and counters
    start anew in each process: a limit of n then means n per process.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        # A server that hangs must cost a request no more than half a second, once per pause.
        params["OPTIONS"] = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, **params.get("OPTIONS", {})}
        super().__init__(server, params)
        self.server = str(server)
        self.local = LocMemCache(f"instead of {server}", {"OPTIONS": {"MAX_ENTRIES": 100_000}})

    def is_down(self) -> bool:
        """Say whether the local cache stands in for Redis at the moment."""
        return time.monotonic() < _down_until.get(self.server, 0.0)

    def ping(self) -> bool:
        """Ask Redis itself and say whether it answered."""
        try:
            return bool(self._cache.get_client().ping())
        except RedisError:
            return False


def _or_local(operation: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(operation)
    def run(self: SharedCache, *args: Any, **kwargs: Any) -> Any:
        if not self.is_down():
            try:
                answer = operation(self, *args, **kwargs)
            except RedisError as error:
                if self.server not in _down_until:
                    self.local.clear()
                _down_until[self.server] = time.monotonic() + PAUSE
                log.warning("Redis can't be reached; this process uses its own cache meanwhile: %s", error)
            else:
                _down_until.pop(self.server, None)
                return answer
        return getattr(self.local, operation.__name__)(*args, **kwargs)

    return run


for _name in OPERATIONS:
    setattr(SharedCache, _name, _or_local(getattr(RedisCache, _name)))
