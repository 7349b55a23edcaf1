"""The page of results, and the few that appear under the box while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plugins.search.finding import PER_TYPE, Query, Ranked, Search, Tally, scope_of, types_of
from plugins.search.highlight import Piece, excerpt, marked
from plugins.search.models import Document
from plugins.search.updates import worker
from portal.api import SearchType
from portal.plugin import requires

PER_PAGE = 25
SUGGESTED = 8
SUGGESTED_PER_TYPE = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One result as it is shown."""

    url: str
    title: Sequence[Piece]
    name: Sequence[Piece]
    excerpt: Sequence[Piece]
    owner: Sequence[Piece]
    plain_title: str
    type: SearchType
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one type."""

    key: str
    type: SearchType
    rows: Sequence[Row]
    count: int = 0
    is_exact: bool = True
    selected: bool = False

    @property
    def counted(self) -> str:
        """The number in words: "12", or "350+" when not all were counted; "" when none was."""
        return f"{self.count:,}{'' if self.is_exact else '+'}" if self.count else ""


@requires("search.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what was found, by type; with ?type= one type alone, in pages."""
    worker.look()
    query = Query.of(request.GET.get("q", ""))
    types = types_of(request.user)
    chosen = request.GET.get("type", "")
    chosen = chosen if chosen in types else ""
    context = {"query": query, "chosen": chosen, "too_long": len(request.GET.get("q", "")) > len(query.text) + 10}
    if query.terms:
        everything = Search(query, scope_of(request.user))
        best = everything.by_type(types)
        tally = everything.tally
        counts = {key: max(tally.numbers.get(key, 0), len(best.get(key, ()))) for key in types}
        context |= {
            "chips": [
                Group(key, types[key], (), counts[key], tally.is_exact, key == chosen)
                for key in types
                if counts[key] or key == chosen
            ],
            "total": _total(tally),
        }
        if chosen:
            search = Search(query, scope_of(request.user, [chosen]))
            page = Paginator(search.ranked, PER_PAGE).get_page(request.GET.get("page"))
            context |= {"page_obj": page, "rows": _rows(page.object_list, search.needles, types).values()}
            context |= {"more_than": len(search.ranked) if search.is_capped else 0, "type": types[chosen]}
        else:
            shown = {key: rows[:PER_TYPE] for key, rows in best.items() if key in types}
            rows = _grouped(shown, everything.needles, types)
            context["groups"] = [Group(key, types[key], rows[key], counts[key], tally.is_exact) for key in shown]
    return render(request, "search/index.html", context)


@requires("search.read")
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the best few, for the box in the top bar."""
    worker.look()
    query = Query.of(request.GET.get("q", ""))
    types = types_of(request.user)
    search = Search(query, scope_of(request.user))
    shown = _best(search.by_type(()), types) if query.terms else {}
    rows = _grouped(shown, search.needles, types)
    groups = [Group(key, types[key], rows[key]) for key in shown]
    number = sum(map(len, shown.values()))
    return render(request, "search/suggest.html", {"query": query, "groups": groups, "number": number})


def _best(groups: dict[str, list[Ranked]], types: dict[str, SearchType]) -> dict[str, list[Ranked]]:
    """The best eight of all types, at most four of one, in groups of which the one with the best comes first."""
    best = sorted(
        (one for key, ranked in groups.items() if key in types for one in ranked[:SUGGESTED_PER_TYPE]),
        key=lambda one: one.rank,
    )
    shown: dict[str, list[Ranked]] = {}
    for one in best[:SUGGESTED]:
        shown.setdefault(one.found.type, []).append(one)
    return shown


def _total(tally: Tally) -> str:
    if not tally.is_exact:
        return f"More than {tally.total:,} results"
    return f"{tally.total:,} {'result' if tally.total == 1 else 'results'}"


def _grouped(
    groups: dict[str, list[Ranked]], needles: Sequence[str], types: dict[str, SearchType]
) -> dict[str, list[Row]]:
    rows = _rows([one for ranked in groups.values() for one in ranked], needles, types)
    return {key: [rows[one.found.id] for one in ranked if one.found.id in rows] for key, ranked in groups.items()}


def _rows(ranked: Sequence[Ranked], needles: Sequence[str], types: dict[str, SearchType]) -> dict[int, Row]:
    """The rows by the ids of their documents, in the order of ``ranked``; without those removed a moment ago."""
    documents = Document.objects.in_bulk([one.found.id for one in ranked])
    return {
        document.pk: Row(
            url=document.url,
            title=marked(document.title, needles),
            name=marked(document.name, needles) if document.name_key != document.title_key else (),
            excerpt=excerpt(document.text, needles),
            owner=marked(document.owner, needles),
            plain_title=document.title,
            type=types[document.type],
            is_elsewhere=not document.url.startswith("/"),
        )
        for one in ranked
        if (document := documents.get(one.found.id))
    }
