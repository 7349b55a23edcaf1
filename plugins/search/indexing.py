"""From documents to rows: what changed is written, what is gone removed, each batch in a transaction of its own.

A search meanwhile finds a document as it was or as it is, never twice and never in between.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from plugins.search.backends import Entry, backend
from plugins.search.backends.base import mark
from plugins.search.models import KEY, REF, Change, Document, Refusal, Source, Word
from plugins.search.revision import revision
from plugins.search.words import compact, compounds, distinct, words
from portal.api import LeaseTaken, SearchDocument, SearchSource, lease, search_sources

log = logging.getLogger("portal.search")

BATCH = 200
TEXT = 20_000
LEARNT = 200
LAYOUT = "1"  # counted up when rows are made in another way, so that the next rebuild writes them all
_WRITTEN = (
    "type", "access", "audience", "title", "name", "url", "text", "owner", "fields_json", "not_before", "weight",
    "title_key", "name_key", "digest",
)  # fmt: skip

T = TypeVar("T")
Progress = Callable[[str, int], None]


class Unfit(ValueError):
    """A document that breaks a rule of the contract; the message says which."""


def rebuild(source: SearchSource, progress: Progress | None = None) -> int:
    """Read every document of ``source`` again and return how many there are. Raises what the plugin raises.

    What was noted before stays so until it is done, so that one that is interrupted is begun again.
    """
    noted = list(Change.objects.filter(label=source.label, ref="").values_list("pk", flat=True))
    seen: set[str] = set()
    refused: dict[str, str] = {}
    try:
        for batch in batches(source.documents()):
            rows = {row.ref: row for row in _fit(source, batch, refused)}
            seen |= rows.keys()
            stored = dict(_of(source).filter(ref__in=rows).values_list("ref", "digest"))
            if changed := [ref for ref, row in rows.items() if stored.get(ref) != row.digest]:
                refresh(source, changed)
            if progress:
                progress(source.label, len(seen))
        gone = set(_of(source).values_list("ref", flat=True)) - seen
        for batch_of_refs in batches(gone):
            refresh(source, batch_of_refs)
    except DatabaseError:
        raise
    except Exception:
        # What the plugin can't give now it would not give at the next try.
        _forget(noted)
        raise
    with transaction.atomic():
        Refusal.objects.filter(label=source.label).delete()
        _keep(source, refused)
        _note(source, "", rebuilt=True)
        _forget(noted)
    return len(seen)


@transaction.atomic
def refresh(source: SearchSource, refs: Sequence[str]) -> None:
    """Bring these documents in line with the plugin. They are read under the index's lock, so that of two writers
    the last one has seen the other's change. Raises what the plugin raises."""
    keeper = backend()
    keeper.lock()
    refused: dict[str, str] = {}
    asked = set(refs)
    given = [one for one in source.documents(list(refs)) if one.ref in asked]
    rows = {row.ref: row for row in _fit(source, given, refused)}
    Refusal.objects.filter(label=source.label, ref__in=asked).delete()
    _keep(source, refused)
    gone = list(_of(source).filter(ref__in=asked - rows.keys()).values_list("pk", flat=True))
    if gone:
        keeper.remove(gone)
        Document.objects.filter(pk__in=gone).delete()
    if rows:
        documents = {one.ref: one for one in given}
        written = Document.objects.bulk_create(
            rows.values(), update_conflicts=True, unique_fields=("label", "ref"), update_fields=_WRITTEN
        )
        entries = [_entry(row, documents[row.ref]) for row in written]
        keeper.write(entries)
        Word.objects.bulk_create(
            [Word(word) for word in sorted({word for one in entries for word in _learnt(one)})],
            ignore_conflicts=True,
        )
    if gone or rows:
        revision.advance()


def catch_up(limit: int | None = None, after_batch: Callable[[], None] = lambda: None) -> int:
    """Work off noted changes of plugins that are on, at most ``limit`` documents, and return how many are left to do.

    Without a limit, plugins of which everything is to be read are read, too. ``after_batch`` is called when up to 200
    documents were written.
    """
    done = 0
    for source in search_sources():
        try:
            while limit is None or done < limit:
                changes = Change.objects.filter(label=source.label).exclude(ref="").order_by("pk")
                batch = list(changes.values_list("pk", "ref")[: min(BATCH, limit - done) if limit else BATCH])
                if not batch:
                    break
                done += len(batch)
                _work_off(source, batch)
                after_batch()
            if limit is None and Change.objects.filter(label=source.label, ref="").exists():
                with lease(f"search.rebuild {source.label}"):
                    rebuild(source, lambda label, number: after_batch())
        except DatabaseError:
            raise
        except LeaseTaken:
            # Another process reads them all; should it die, this is noted still.
            continue
        except Exception as error:  # noqa: BLE001 - documents() is plugin code, and other plugins' changes go on
            report(source, error)
    return Change.objects.filter(label__in=[source.label for source in search_sources()]).count()


def report(source: SearchSource, error: Exception) -> None:
    """Keep why documents of a plugin could not be read, for the log and ``search status``."""
    log.exception("The documents of %s could not be read.", source.label)
    _note(source, f"{type(error).__name__}: {error}")


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """``items`` in lists of 200."""
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


def _work_off(source: SearchSource, batch: list[tuple[int, str]]) -> None:
    keys = [key for key, _ in batch]
    try:
        with transaction.atomic():
            refresh(source, distinct(ref for _, ref in batch))
            _forget(keys)
    except DatabaseError:
        raise
    except Exception:
        # What the plugin can't give now it would not give at the next try: a rebuild finds it.
        _forget(keys)
        raise


def _forget(keys: Iterable[int]) -> None:
    """Note no longer what is done. Others of the same documents, noted meanwhile, stay."""
    for batch in batches(keys):
        Change.objects.filter(pk__in=batch).delete()


def _note(source: SearchSource, problem: str, *, rebuilt: bool = False) -> None:
    values: dict[str, object] = {"problem": _plain(problem)[:2000]}
    if rebuilt:
        values["rebuilt_at"] = timezone.now()
    Source.objects.update_or_create(label=source.label, defaults=values)


def _keep(source: SearchSource, refused: Mapping[str, str]) -> None:
    rows = [Refusal(label=source.label, ref=_plain(ref)[:REF], reason=_plain(why)) for ref, why in refused.items()]
    # Of several whose refs begin alike, one stands for all.
    Refusal.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _of(source: SearchSource) -> QuerySet[Document]:
    return Document.objects.filter(label=source.label)


def _fit(source: SearchSource, documents: Iterable[SearchDocument], refused: dict[str, str]) -> Iterator[Document]:
    for one in documents:
        try:
            yield _row(source, one)
        except Unfit as error:
            log.warning("%s: %s", source.label, error)
            refused[one.ref] = str(error)[:2000]


def _row(source: SearchSource, one: SearchDocument) -> Document:
    """The row of a document. Raises Unfit."""
    if not one.ref or len(one.ref) > REF or "\0" in one.ref:
        raise Unfit(f"The ref {one.ref!r} is not 1 to {REF} characters.")
    if one.type not in source.types:
        raise Unfit(f'The document {one.ref} has the type "{one.type}", which TYPES does not name.')
    if one.permission and one.permission.removeprefix(f"{source.label}.") not in source.permissions:
        raise Unfit(f'The document {one.ref} asks for "{one.permission}", which {source.label} does not declare.')
    if not (one.url.startswith("https://") or (one.url.startswith("/") and not one.url.startswith(("//", "/\\")))):
        raise Unfit(f'The address of {one.ref}, "{one.url}", is neither of this portal nor https.')
    title = " ".join(_plain(one.title).split())
    if not title:
        raise Unfit(f"The document {one.ref} has no title.")
    row = Document(
        label=source.label,
        ref=one.ref,
        type=one.type,
        access=one.permission or f"{source.label}.",
        audience=one.audience,
        title=title,
        name=_plain(one.name),
        url=_plain(one.url),
        text=" ".join(_plain(one.text)[:TEXT].split()),
        owner=_plain(one.owner),
        fields_json=json.dumps({_plain(key): _plain(value) for key, value in one.fields.items()}),
        not_before=one.not_before,
        weight=max(-100, min(100, one.weight)),
        title_key=compact(title)[:KEY],
        name_key=compact(one.name)[:KEY],
    )
    parts = [getattr(row, column) for column in _WRITTEN if column != "digest"]
    row.digest = hashlib.sha256(repr((LAYOUT, parts, one.keywords)).encode("utf-8", "surrogatepass")).hexdigest()
    return row


def _entry(row: Document, one: SearchDocument) -> Entry:
    title = distinct((*words(row.title), *words(row.name), *compounds(row.title), *compounds(row.name)))[:100]
    extra = " ".join(map(_plain, one.keywords))
    body = [*words(extra), *compounds(extra), *words(row.owner), *words(row.text), *distinct(compounds(row.text))]
    fields: Mapping[str, str] = row.fields
    marks = [mark("type", row.type), *(mark(f"field.{key}", value) for key, value in fields.items())]
    infix = distinct((" ".join(words(row.title)), " ".join(words(row.name)), row.title_key, row.name_key))
    return Entry(row.pk, title, body, marks, " ".join(filter(None, infix))[:1000])


def _learnt(entry: Entry) -> Iterator[str]:
    """The words that somebody may mistype: all of the title, and the first of the rest."""
    return (word for word in (*entry.title, *entry.body[:LEARNT]) if len(word) > 3)


def _plain(text: str) -> str:
    """What any database stores: no NUL, no lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
