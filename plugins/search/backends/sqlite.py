"""SQLite: one FTS5 table of words with prefix indexes, and one of trigrams."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from plugins.search.backends.base import COLUMNS, Backend, Entry, Found, Scope, Terms

_TABLES = (
    # No stemming: with "porter" a prefix finds nothing. The words come folded and cut; "+" and "#" belong to them.
    "CREATE VIRTUAL TABLE search_words USING fts5(title, body, marks, "
    "tokenize=\"unicode61 remove_diacritics 2 tokenchars '+#'\", prefix='1 2 3 4')",
    "CREATE VIRTUAL TABLE search_grams USING fts5(infix, tokenize='trigram')",
    "CREATE INDEX search_document_title_key ON search_document (title_key, id)",
    "CREATE INDEX search_document_name_key ON search_document (name_key)",
)


def quoted(text: str) -> str:
    """A string of FTS5's query language. Unquoted, a hyphen, a quote or a colon would be an error."""
    return '"' + text.replace("\0", "").replace('"', '""') + '"'


class SQLite(Backend):
    """FTS5; its tables have the document's key as rowid."""

    def create(self) -> str:
        for statement in _TABLES:
            self._run(statement)
        return ""

    def drop(self) -> None:
        for table in ("search_words", "search_grams"):
            self._run(f"DROP TABLE IF EXISTS {table}")

    def lock(self) -> None:
        """Do nothing: a transaction that writes holds the database alone."""

    def write(self, entries: Sequence[Entry]) -> None:
        self.remove([entry.id for entry in entries])
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_words(rowid, title, body, marks) VALUES (%s, %s, %s, %s)",
                [(one.id, " ".join(one.title), " ".join(one.body), " ".join(one.marks)) for one in entries],
            )
            cursor.executemany(
                "INSERT INTO search_grams(rowid, infix) VALUES (%s, %s)", [(one.id, one.infix) for one in entries]
            )

    def remove(self, ids: Sequence[int]) -> None:
        with self.connection.cursor() as cursor:
            for table in ("search_words", "search_grams"):
                cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(one,) for one in ids])  # noqa: S608 - constants only

    def tidy(self) -> None:
        for table in ("search_words", "search_grams"):
            self._run(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608 - constants only

    def by_words(
        self, terms: Terms, scope: Scope, limit: int, *, titles: bool = False, scored_beyond: int | None = None
    ) -> list[Found]:
        match = self._match(terms, scope, "title" if titles else "title body")
        found = self._matching(match, scope, limit, "0.0")
        if scored_beyond is not None and scored_beyond < len(found) < limit:
            # bm25() first goes through every document of each word, so it is not asked where most are left out.
            found = self._matching(match, scope, limit, "-bm25(search_words, 10.0, 1.0, 0.0)")
        return found

    def _matching(self, match: str, scope: Scope, limit: int, score: str) -> list[Found]:
        condition, params = scope.condition
        return self._found(
            f"SELECT {COLUMNS}, {score} FROM search_words "  # noqa: S608 - constants only
            "CROSS JOIN search_document d ON d.id = search_words.rowid "
            f"WHERE search_words MATCH %s AND {condition} LIMIT {int(limit)}",
            [match, *params],
        )

    def by_infix(self, terms: Sequence[str], scope: Scope, limit: int) -> list[Found]:
        condition, params = scope.condition
        join, marked, marks = self._marked(scope)
        return self._found(
            f"SELECT {COLUMNS}, 0.0 FROM search_grams "  # noqa: S608 - constants only
            f"CROSS JOIN search_document d ON d.id = search_grams.rowid {join} "
            f"WHERE search_grams MATCH %s AND {condition}{marked} LIMIT {int(limit)}",
            [" AND ".join(map(quoted, terms)), *params, *marks],
        )

    def by_marks(self, scope: Scope, limit: int) -> list[Found]:
        condition, params = scope.condition
        join, marked, marks = self._marked(scope)
        return self._found(
            f"SELECT {COLUMNS}, 0.0 FROM search_document d {join} WHERE {condition}{marked} "  # noqa: S608 - constants only
            f"ORDER BY d.title_key, d.id LIMIT {int(limit)}",
            [*params, *marks],
        )

    def known(self, prefixes: Iterable[str], limit: int) -> list[str]:
        rows = self._run(
            "SELECT DISTINCT w.word FROM json_each(%s) AS near CROSS JOIN search_word w "
            "ON w.word >= near.value AND w.word < near.value || char(1114111) LIMIT %s",
            [json.dumps(sorted(prefixes)), limit],
        )
        return [word for (word,) in rows]

    def status(self) -> str:
        [(version,)] = self._run("SELECT sqlite_version()")
        return f"SQLite {version}, FTS5 with trigrams"

    def _match(self, terms: Terms, scope: Scope, columns: str) -> str:
        each = (f"({' OR '.join(f'{quoted(one)} *' for one in alternatives)})" for alternatives in terms)
        return f"{{{columns}}} : ({' AND '.join(each)}){self._marks(scope)}"

    @staticmethod
    def _marks(scope: Scope) -> str:
        each = (" OR ".join(map(quoted, alternatives)) for alternatives in scope.marks)
        return "".join(f" AND {{marks}} : ({one})" for one in each)

    def _marked(self, scope: Scope) -> tuple[str, str, list[str]]:
        if not scope.marks:
            return "", "", []
        match = self._marks(scope).removeprefix(" AND ")
        return "", " AND d.id IN (SELECT rowid FROM search_words WHERE search_words MATCH %s)", [match]
