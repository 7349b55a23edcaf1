"""The id of the request that the running code serves, for log records and error pages."""

from __future__ import annotations

from contextvars import ContextVar
from logging import Filter, LogRecord

_current: ContextVar[str] = ContextVar("request_id", default="")

bind = _current.set
unbind = _current.reset


def current() -> str:
    """Return the request id, or "" outside a request."""
    return _current.get()


class RequestIdFilter(Filter):
    """Gives every log record the attribute ``request_id``; it is "-" outside a request."""

    def filter(self, record: LogRecord) -> bool:
        # Django logs 4xx and 5xx after the middlewares have returned, when only the record knows the request.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", "") or current() or "-"
        return True
