"""From what somebody typed to what they may find, the best first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations, filterfalse
from typing import Any

from django.utils import timezone

from plugins.search.backends import Found, Scope, backend
from plugins.search.backends.base import mark
from plugins.search.narrowing import narrowing
from plugins.search.words import WORD_LENGTH, compact, distinct, fold, one_letter_off, whole_words, words
from portal.api import SearchType, search_audience, search_sources

LENGTH = 200
TERMS = 12
CAP = 300
KEYS = 100
FEW = 3
PER_TYPE = 5
ALTERNATIVES = 12
MOST_PAIRED = 5
# Left out beside words that say more, unless they are part of a longer one, as in "in-memory".
STOP_WORDS = frozenset(
    "a an and are as at be by can do does for from has have how i in is it my of on or our that the their there this "
    "to was we what when where which who why will with you your".split()
)
EXACT, NAMED, PREFIX, TITLE, WORDS, INFIX, NEAR, SOME = range(8)

# "the", "(the" and "what's".
_ALONE = re.compile(r"\W*([^\W_]+)(?:['’][^\W_]+)?\W*")


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, at most 200 characters of it.

    terms    its words
    telling  those to look for: without the ones that say little, unless there are no others
    keys     what was typed as one word, and the same of what is telling in it
    """

    text: str
    terms: tuple[str, ...]
    telling: tuple[str, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Query:
        """Read a query; anything is one, also what holds no word."""
        text = " ".join(text.replace("\0", " ").encode("utf-8", "replace").decode()[:LENGTH].split())
        rest = " ".join(filterfalse(_says_little, text.split()))
        rest = rest if words(rest) else text
        return cls(text, _terms(text), _terms(rest), tuple(distinct((compact(text), compact(rest)))))


def _terms(text: str) -> tuple[str, ...]:
    return tuple(distinct(words(text))[:TERMS])


def _says_little(part: str) -> bool:
    found = _ALONE.fullmatch(part)
    return bool(found) and fold(found[1]) in STOP_WORDS


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document that was found, and how well: lower comes first."""

    found: Found
    rank: tuple[Any, ...]


def scope_of(user: Any, types: Iterable[str] = (), fields: Mapping[str, Sequence[str]] | None = None) -> Scope:
    """What ``user`` may find: documents of plugins that are on, whose permission and audience are the user's."""
    sources = search_sources()
    access = [permission or f"{source.label}." for source in sources for permission in source.permissions_of(user)]
    marks = [tuple(mark(f"field.{key}", value) for value in values) for key, values in (fields or {}).items()]
    if wanted := tuple(mark("type", one) for one in types):
        marks.append(wanted)
    return Scope(tuple(access), tuple(search_audience(user)), timezone.now(), tuple(marks), narrowing(sources, user))


def types_of(user: Any) -> dict[str, SearchType]:
    """The types that ``user`` can meet, in their order."""
    found = {
        name: one for source in search_sources() if source.permissions_of(user) for name, one in source.types.items()
    }
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[1].name)))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many documents of each type match; unless ``is_exact`` there are more, and of some types not all counted."""

    numbers: Mapping[str, int]
    is_exact: bool

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(self.numbers.values())


@dataclass
class Search:
    """One search. Each part is asked of the database when it is first needed."""

    query: Query
    scope: Scope
    needles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._telling = self.query.telling
        self._little = {*self.query.terms} - {*self._telling}
        self.needles = list(self._telling)
        self._backend = backend()
        self._unknown: set[str] = set()
        self._is_cut = False

    @cached_property
    def ranked(self) -> list[Ranked]:
        """Everything that was found, the best first; at most some hundreds."""
        best: dict[int, tuple[int, Found]] = {}
        for tier, rows in self._tiers():
            for row in rows:
                if row.id not in best or tier < best[row.id][0]:
                    best[row.id] = tier, row
        ranked = [Ranked(row, self._rank(row, tier)) for tier, row in best.values()]
        return sorted(ranked, key=lambda one: one.rank)

    @cached_property
    def is_capped(self) -> bool:
        """Whether there is more than what was looked at."""
        return bool(self.ranked) and self._is_cut

    @cached_property
    def tally(self) -> Tally:
        """How many of what was looked at there are of each type."""
        return Tally(Counter(one.found.type for one in self.ranked), not self.is_capped)

    def by_type(self, types: Iterable[str], number: int = PER_TYPE) -> dict[str, list[Ranked]]:
        """The best of each type, types in the order of their best.

        Of ``types``, those that many others hide are asked for.
        """
        groups: dict[str, list[Ranked]] = {}
        for one in self.ranked:
            groups.setdefault(one.found.type, []).append(one)
        hidden = [one for one in types if len(groups.get(one, ())) < number] if self.is_capped else []
        if hidden:
            known = {one.found.id for one in self.ranked}
            for row in self._backend.by_words(self._terms, self.scope.of_types(hidden), CAP):
                if row.id not in known:
                    groups.setdefault(row.type, []).append(Ranked(row, self._rank(row, WORDS)))
            for type_ in hidden:
                groups.get(type_, []).sort(key=lambda one: one.rank)
        return dict(sorted(groups.items(), key=lambda item: item[1][0].rank))

    @property
    def _terms(self) -> list[list[str]]:
        return [[term] for term in self._telling]

    @cached_property
    def _by_title(self) -> list[Found]:
        return self._backend.by_words(self._terms, self.scope, CAP, titles=True)

    @cached_property
    def _by_words(self) -> list[Found]:
        """Those of titles among them; none when titles alone are as many as anybody looks at, and come before."""
        if len(self._by_title) >= CAP:
            return []
        return self._backend.by_words(self._terms, self.scope, CAP, scored_beyond=len(self._by_title))

    def _tiers(self) -> Iterator[tuple[int, list[Found]]]:
        if not self.query.terms:
            return
        keys = [row for key in self.query.keys for row in self._backend.by_key(key[:LENGTH], self.scope, KEYS)]
        titles, found = self._by_title, self._by_words
        yield PREFIX, keys
        yield TITLE, titles
        yield WORDS, found
        held = {row.id for row in (*titles, *found)}
        number = len(held.union(row.id for row in keys))
        self._is_cut = max(len(titles), len(found)) >= CAP or (len(keys) >= KEYS and number > len(held))
        is_named = any(map(self._is_named, keys))
        if number < CAP and not is_named and (inside := self._inside()):
            parts = self._backend.by_infix(inside, self.scope, CAP)
            self._is_cut = self._is_cut or len(parts) >= CAP
            number = len(held.union(row.id for row in (*keys, *parts)))
            yield INFIX, parts
        if number < FEW and not is_named:
            near = self._near()
            self._is_cut = self._is_cut or len(near) >= CAP
            number += len(near)
            yield NEAR, near
        if not number and len(self._telling) > 1 and (some := [one for one in self._telling if one not in STOP_WORDS]):
            found = self._some(some)
            self._is_cut = len(found) >= CAP
            yield SOME, found

    def _inside(self) -> list[str]:
        """The terms to look for within words: all of them, or none when one is too short for that."""
        is_long = all(sum(map(str.isalnum, term)) > 2 for term in self._telling)
        return list(self._telling) if is_long else []

    def _near(self) -> list[Found]:
        """Documents that match when one letter may be wrong of each word that nothing holds, or else of each.

        Of words of four or more letters, that is.
        """
        near = {term: one_letter_off(term) for term in self._telling if 4 <= len(term) <= WORD_LENGTH // 2}
        known = self._backend.known({*near, *chain.from_iterable(near.values())}, 200 * len(near)) if near else []
        self._unknown = {term for term in near if not any(one.startswith(term) for one in known)}
        mistyped = self._unknown or near.keys()
        terms = [[term, *(_nearest(term, near[term], known) if term in mistyped else ())] for term in self._telling]
        if all(len(alternatives) == 1 for alternatives in terms):
            return []
        self.needles = distinct(chain.from_iterable(terms))
        return self._backend.by_words(terms, self.scope, CAP)

    def _some(self, terms: Sequence[str]) -> list[Found]:
        """Documents that hold all words that any holds, or all words but one, or at least one word."""
        rest = [[term] for term in terms if term not in self._unknown]
        # All but one is: of any two, one. Of many words that would be too many pairs.
        pairs = list(map(list, combinations(terms, 2))) if 2 < len(terms) <= MOST_PAIRED else []
        for asked in (rest if len(rest) < len(terms) else [], pairs):
            if asked and (found := self._backend.by_words(asked, self.scope, CAP)):
                return found
        return self._backend.by_words([list(terms)], self.scope, CAP)

    @cached_property
    def _typed(self) -> re.Pattern[str]:
        return whole_words(self.query.terms)

    @cached_property
    def _needed(self) -> re.Pattern[str]:
        return whole_words(self.needles)

    def _is_named(self, row: Found) -> bool:
        """Whether what was typed is all of a name: then nothing was mistyped."""
        return not {*self.query.keys}.isdisjoint((row.title_key, row.name_key))

    def _rank(self, row: Found, tier: int) -> tuple[Any, ...]:
        keys, title_key, name_key = self.query.keys, row.title_key, row.name_key
        if self._is_named(row):
            tier = EXACT if keys[0] in (title_key, name_key) else NAMED
        elif tier == PREFIX or title_key.startswith(keys) or name_key.startswith(keys):
            tier = PREFIX
        whole = held = little = 0
        # Of what is found by its text alone, the only word is not in the title.
        by_text = tier == WORDS and len(self.query.terms) == 1 and len(self._by_title) < CAP
        if tier not in (EXACT, NAMED, INFIX) and not by_text:
            title = fold(row.title if row.name == row.title else f"{row.title} {row.name}")
            found = {*(self._needed if tier == NEAR else self._typed).findall(title)}
            little = len(found & self._little)
            whole = len(found) - little
            if tier == SOME:
                held = sum(any(word.startswith(term) for word in words(title)) for term in self._telling)
        shortest = min(len(title_key), len(name_key)) or len(title_key) + len(name_key)
        score = -round(row.score, 3) if tier in (WORDS, SOME) else 0.0
        return (tier, -held, -whole, -row.weight, -little, score, shortest, title_key, row.id)


def _nearest(term: str, near: set[str], known: Iterable[str]) -> list[str]:
    """Of the words in ``known`` those that begin one letter off ``term``, those about as long first."""
    lengths = range(len(term) - 1, len(term) + 2)
    found = [one for one in known if not one.startswith(term) and any(one[:length] in near for length in lengths)]
    return sorted(found, key=lambda one: (abs(len(one) - len(term)), one))[:ALTERNATIVES]
