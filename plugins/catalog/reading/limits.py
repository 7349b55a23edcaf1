"""What a host of Git says when it gives nothing: that there were too many requests, or that the token is wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.reading.fetch import Refused

MAX_PAUSE = 24 * 3600.0
_USED_UP = ("x-ratelimit-remaining", "ratelimit-remaining")
_RESET = ("x-ratelimit-reset", "ratelimit-reset")


class Explained(Unreadable):
    """A refusal in plain words; ``until`` (seconds since 1970) is when to ask again, 0 for any time."""

    def __init__(self, reason: str, fix: str, until: float = 0) -> None:
        super().__init__(reason, fix)
        self.until = until


def pause_after(refused: Refused, now: float | None = None) -> float:
    """Seconds to wait by Retry-After (RFC 9110, 10.2.3) or by the reset of a used-up limit; 0 for no limit.

    GitHub answers 403 or 429, GitLab and Gitea 429. A limit that does not say when it ends is taken to be a minute.
    """
    now = time.time() if now is None else now
    headers = refused.headers
    if refused.status not in (403, 429, 503):
        return 0
    if stated := headers.get("retry-after", "").strip():
        return _bounded(_seconds(stated, now))
    if refused.status == 429 or any(headers.get(name, "").strip() == "0" for name in _USED_UP):
        reset = next((headers[name].strip() for name in _RESET if headers.get(name, "").strip().isdecimal()), "")
        return _bounded(int(reset[:12]) - now if reset else 60)
    return 0


def explained(refused: Refused, authority: str, with_token: bool, now: float | None = None) -> Explained:
    """The reason in plain words, which holds no part of what was sent."""
    now = time.time() if now is None else now
    if pause := pause_after(refused, now):
        until = datetime.fromtimestamp(now + pause, UTC)
        reason = f"{authority} takes no more requests until {until:%H:%M} UTC: its rate limit is used up"
        more = "Nothing needs doing" if with_token else "A token in integrations of app-config.yaml raises the limit"
        return Explained(reason, f"{more}; it is read again after that.", now + pause)
    if refused.status in (401, 403):
        what = "the token of integrations" if with_token else "a request without a token"
        reason = f"{authority} refuses {what}: it answered {refused.status}"
        return Explained(reason, "See that integrations of app-config.yaml has a valid token that may read this.")
    return Explained(str(refused), refused.fix)


def _seconds(stated: str, now: float) -> float:
    if stated.isdecimal():
        return float(stated[:9])
    try:
        return parsedate_to_datetime(stated).timestamp() - now
    except (ValueError, OverflowError):
        return 60


def _bounded(seconds: float) -> float:
    return min(max(seconds, 1.0), MAX_PAUSE)
