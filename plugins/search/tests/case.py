"""An index for tests, over what the installed plugins have and documents of a test's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plugins.search.finding import Query, Search, scope_of
from plugins.search.indexing import catch_up, rebuild, refresh
from plugins.search.models import Document
from portal.api import SearchDocument, SearchSource, SearchType, search_sources
from portal.testing import PluginTestCase


@dataclass(frozen=True)
class Given(SearchSource):
    """Documents that stand beside those of a plugin that is installed, and are seen by whom that plugin is open to."""

    given: Mapping[str, SearchDocument] = field(default_factory=dict)

    def documents(self, refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """The documents that the test gave."""
        wanted = self.given if refs is None else refs
        return iter([self.given[ref] for ref in wanted if ref in self.given])


def given(*documents: SearchDocument, label: str = "catalog") -> Given:
    """A source with these documents, in the name of the plugin ``label``."""
    own = next(one for one in search_sources() if one.label == label)
    types = {**own.types, "note": SearchType("Notes", "file-text")}
    return Given(label, own.name, types, own.permissions, {one.ref: one for one in documents})


def note(ref: str, title: str, **values: Any) -> SearchDocument:
    """A document of the type "note"."""
    values.setdefault("type", "note")
    return SearchDocument(ref=ref, title=title, url="/", **values)


class SearchTestCase(PluginTestCase):
    """With helpers to index and to find."""

    def index(self, *documents: SearchDocument, label: str = "catalog") -> None:
        """Put documents into the index."""
        refresh(given(*documents, label=label), [one.ref for one in documents])

    def index_everything(self) -> None:
        """Read every plugin's documents."""
        for source in search_sources():
            rebuild(source)

    def found(self, text: str, user: Any = None) -> list[str]:
        """The titles of what ``user``, Bob by default, finds, the best first."""
        search = Search(Query.of(text), scope_of(user or self.bob))
        return [one.found.title for one in search.ranked]

    @staticmethod
    def work_off() -> None:
        """Do what happens after a commit."""
        catch_up()

    @staticmethod
    def indexed() -> set[str]:
        """The titles in the index, whoever may see them."""
        return set(Document.objects.values_list("title", flat=True))
