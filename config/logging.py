"""Logs go to standard error: JSON lines in production, readable lines in local mode, each with its request id."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
SENSITIVE = re.compile(r"passw|secret|token|authorization|cookie|api_?key|code_verifier", re.IGNORECASE)
REMOVED = "[removed]"


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object on one line.

    ``extra`` values are kept when they are plain (text, numbers, booleans) and their name does not look like a
    secret's. Each of ``secrets`` is removed wherever it stands in the line.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # Short values would take ordinary words out of the log; JSON escapes some characters, so both forms count.
        long = [secret for secret in secrets if len(secret) >= 8]
        self._secrets = sorted({*long, *(json.dumps(secret)[1:-1] for secret in long)}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, value in vars(record).items():
            if name not in STANDARD and isinstance(value, str | int | float | bool):
                entry[name] = REMOVED if SENSITIVE.search(name) else value
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        line = json.dumps(entry)
        for secret in self._secrets:
            line = line.replace(secret, REMOVED)
        return line


class WithoutThreadAdvice(logging.Filter):
    """Leaves out granian's advice to have fewer threads than processors: ours wait for cards most of the time."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Consider reviewing your configuration" not in record.getMessage()


def logging_config(*, production: bool, secrets: Iterable[str] = ()) -> dict[str, Any]:
    """Return the LOGGING setting. ``secrets`` are values that must never be written, such as the signing key."""
    return _config(production, secrets) | {
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django's own handlers would print each record a second time, and mail administrators.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }


def server_logging(*, production: bool) -> dict[str, Any]:
    """Return the logging configuration of the server's own messages, in the same form."""
    config = _config(production, ())
    config["filters"]["advice"] = {"()": "config.logging.WithoutThreadAdvice"}
    config["handlers"]["stderr"]["filters"].append("advice")
    server = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    return config | {"loggers": {"_granian": server}}


def _config(production: bool, secrets: Iterable[str]) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "portal.services.request_id.RequestIdFilter"}},
        "formatters": {
            "json": {"()": "config.logging.JsonFormatter", "secrets": tuple(filter(None, secrets))},
            "readable": {"format": "{asctime} {levelname:7} {name} [{request_id}] {message}", "style": "{"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["request_id"],
                "formatter": "json" if production else "readable",
            }
        },
    }
