"""What a database does for the index: SQLite by FTS5, PostgreSQL by tsvector and pg_trgm, behind one interface."""

from __future__ import annotations

from django.db import connection

from plugins.search.backends.base import Backend, Entry, Found, Scope, Terms
from plugins.search.backends.postgresql import PostgreSQL
from plugins.search.backends.sqlite import SQLite

__all__ = ["Backend", "Entry", "Found", "Scope", "Terms", "backend"]

BACKENDS: dict[str, type[Backend]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def backend() -> Backend:
    """The one of the default database. Raises NotImplementedError for others than SQLite and PostgreSQL."""
    try:
        return BACKENDS[connection.vendor](connection)
    except KeyError:
        raise NotImplementedError(f"Search works on SQLite and PostgreSQL, not on {connection.vendor}.") from None
