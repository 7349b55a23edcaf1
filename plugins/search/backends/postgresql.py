"""PostgreSQL: a table of tsvectors with GIN indexes, and pg_trgm for what is inside a word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import DatabaseError, transaction

from plugins.search.backends.base import COLUMNS, Backend, Entry, Found, Scope, Terms

LOCK = 0x466F7965  # of the index, among PostgreSQL's advisory locks

# In kB. What was written lately is read through in each search until it is moved into the index.
_PENDING = "WITH (gin_pending_list_limit = 256)"
_TABLES = (
    "CREATE TABLE search_words (id bigint PRIMARY KEY, title tsvector NOT NULL, words tsvector NOT NULL, "
    "infix text NOT NULL)",
    f"CREATE INDEX search_words_title ON search_words USING gin (title) {_PENDING}",
    f"CREATE INDEX search_words_words ON search_words USING gin (words) {_PENDING}",
    'CREATE INDEX search_document_title_key ON search_document (title_key COLLATE "C", id)',
    'CREATE INDEX search_document_name_key ON search_document (name_key COLLATE "C")',
    'CREATE INDEX search_word_range ON search_word (word COLLATE "C")',
)
_LAST_POSITION = 16_383
_WITHOUT_TRIGRAMS = (
    "The extension pg_trgm could not be created, so parts of words are found by reading all titles, which is slow with "
    "many documents. Let a superuser run: CREATE EXTENSION pg_trgm; CREATE INDEX search_words_infix ON search_words "
    "USING gin (infix gin_trgm_ops);"
)


def quoted(text: str) -> str:
    """A lexeme in the text form of tsvector and tsquery."""
    return "'" + text.replace("\0", "").replace("\\", "\\\\").replace("'", "''") + "'"


def vector(*weighted: tuple[str, Iterable[str]]) -> str:
    """A tsvector as text. The parser of to_tsvector would cut hyphens, paths and versions in its own way."""
    positions: defaultdict[str, list[str]] = defaultdict(list)
    at = 0
    for weight, words in weighted:
        for word in words:
            at = min(at + 1, _LAST_POSITION)
            if len(positions[word]) < 20:
                positions[word].append(f"{at}{weight}")
    return " ".join(f"{quoted(word)}:{','.join(places)}" for word, places in positions.items())


def query(terms: Terms, scope: Scope) -> str:
    """A tsquery as text: a word that begins with one of each term's alternatives, and the marks of the scope.

    Marks are words of the weight D beside those of title and text, so that no term may begin one.
    """
    parts = [" | ".join(f"{quoted(one)}:*AB" for one in alternatives) for alternatives in terms]
    parts += [" | ".join(map(quoted, alternatives)) for alternatives in scope.marks]
    return " & ".join(f"({part})" for part in parts)


class PostgreSQL(Backend):
    """tsvector without a dictionary, since the words come folded and no word is left out."""

    collation = ' COLLATE "C"'

    def create(self) -> str:
        try:
            with transaction.atomic():
                self._run("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError:
            message = _WITHOUT_TRIGRAMS
        else:
            message = ""
        for statement in _TABLES:
            self._run(statement)
        if not message:
            self._run(f"CREATE INDEX search_words_infix ON search_words USING gin (infix gin_trgm_ops) {_PENDING}")
        return message

    def drop(self) -> None:
        self._run("DROP TABLE IF EXISTS search_words")

    def lock(self) -> None:
        self._run("SELECT pg_advisory_xact_lock(%s)", [LOCK])

    def write(self, entries: Sequence[Entry]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_words (id, title, words, infix) VALUES (%s, %s::tsvector, %s::tsvector, %s) "
                "ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, words = EXCLUDED.words, infix = EXCLUDED.infix",
                [
                    (
                        one.id,
                        vector(("A", one.title), ("D", one.marks)),
                        vector(("A", one.title), ("B", one.body), ("D", one.marks)),
                        one.infix,
                    )
                    for one in entries
                ],
            )

    def remove(self, ids: Sequence[int]) -> None:
        self._run("DELETE FROM search_words WHERE id = ANY(%s)", [list(ids)])

    def tidy(self) -> None:
        self._run(
            "SELECT gin_clean_pending_list(i.indexrelid::regclass) FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam "
            "WHERE a.amname = 'gin' AND i.indrelid = 'search_words'::regclass"
        )
        self._run("ANALYZE search_words")
        self._run("ANALYZE search_document")
        self._run("ANALYZE search_word")

    def by_words(
        self, terms: Terms, scope: Scope, limit: int, *, titles: bool = False, scored_beyond: int | None = None
    ) -> list[Found]:
        column = "title" if titles else "words"
        score = "0.0" if scored_beyond is None else "ts_rank(w.words, q)"
        condition, params = scope.condition
        return self._found(
            f"SELECT {COLUMNS}, {score} FROM (SELECT %s::tsquery AS q) x CROSS JOIN search_words w "  # noqa: S608 - constants only
            f"JOIN search_document d ON d.id = w.id WHERE w.{column} @@ q AND {condition} LIMIT {int(limit)}",
            [query(terms, scope), *params],
        )

    def by_infix(self, terms: Sequence[str], scope: Scope, limit: int) -> list[Found]:
        condition, params = scope.condition
        inside = " AND ".join(["w.infix LIKE %s"] * len(terms))
        marked, marks = (" AND w.words @@ %s::tsquery", [query((), scope)]) if scope.marks else ("", [])
        return self._found(
            f"SELECT {COLUMNS}, 0.0 FROM search_words w JOIN search_document d ON d.id = w.id "  # noqa: S608 - constants only
            f"WHERE {inside} AND {condition}{marked} LIMIT {int(limit)}",
            [*(f"%{one}%" for one in terms), *params, *marks],
        )

    def by_marks(self, scope: Scope, limit: int) -> list[Found]:
        condition, params = scope.condition
        join, marked, marks = self._marked(scope)
        return self._found(
            f"SELECT {COLUMNS}, 0.0 FROM search_document d {join} WHERE {condition}{marked} "  # noqa: S608 - constants only
            f'ORDER BY d.title_key COLLATE "C", d.id LIMIT {int(limit)}',
            [*params, *marks],
        )

    def known(self, prefixes: Iterable[str], limit: int) -> list[str]:
        rows = self._run(
            "SELECT DISTINCT w.word FROM unnest(%s::text[]) near CROSS JOIN LATERAL (SELECT word FROM search_word "
            'WHERE word COLLATE "C" >= near AND word COLLATE "C" < near || U&\'\\+10FFFF\' LIMIT 5) w '
            "LIMIT %s",
            [sorted(prefixes), limit],
        )
        return [word for (word,) in rows]

    def status(self) -> str:
        [(version,)] = self._run("SHOW server_version")
        indexed = self._run("SELECT 1 FROM pg_indexes WHERE indexname = 'search_words_infix'")
        return (
            f"PostgreSQL {version}, tsvector {'with trigrams' if indexed else f'without trigrams. {_WITHOUT_TRIGRAMS}'}"
        )

    def _marked(self, scope: Scope) -> tuple[str, str, list[str]]:
        if not scope.marks:
            return "", "", []
        return "JOIN search_words w ON w.id = d.id", " AND w.words @@ %s::tsquery", [query((), scope)]
