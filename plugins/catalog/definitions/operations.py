"""What any definition is shown as: operations with what goes in and what comes out, and the types they speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

MAX_READ = 20_000
MAX_FIELDS = 200
MAX_PAYLOADS = 50
MAX_SHOWN = 300
MAX_FIELDS_SHOWN = 5_000
MAX_CHARACTERS_SHOWN = 5_000_000
MAX_SEARCHED = 50_000


class Unreadable(ValueError):
    """A definition that can't be shown as operations; the message says why, ``line`` (from 1) where, 0 if nowhere."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body or a parameter; ``place`` is where a parameter is sent, ``note`` what else is said of it."""

    name: str
    type: str
    required: bool = False
    description: str = ""
    place: str = ""
    is_deprecated: bool = False
    note: str = ""


class Fields(list[Field]):
    """The first MAX_FIELDS fields of something that has ``total``, or at least so many if ``is_more``."""

    def __init__(self, found: Iterable[Field] = (), total: int = 0, is_more: bool = False) -> None:
        super().__init__(islice(found, MAX_FIELDS))
        self.total = max(total, len(self))
        self.is_more = is_more

    def followed_by(self, others: Fields) -> Fields:
        """These and then others."""
        return Fields((*self, *others), self.total + others.total, self.is_more or others.is_more)

    @property
    def cut(self) -> str:
        """What to say of the fields that are left out, "" if none is."""
        if self.total > len(self):
            return f"The first {len(self)} of {'at least ' if self.is_more else ''}{self.total:,} are listed"
        return "There are more than are listed" if self.is_more else ""


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent or answered; ``name`` is a status, a media type or a message."""

    name: str
    description: str = ""
    type: str = ""
    fields: Fields = field(default_factory=Fields)


@dataclass(frozen=True, slots=True)
class Detail:
    """What is seen once an operation is opened; the titles name the parts in the words of its kind of API.

    ``security`` says what a caller has to show.
    """

    parameters: Fields = field(default_factory=Fields)
    bodies: list[Payload] = field(default_factory=list)
    responses: list[Payload] = field(default_factory=list)
    curl: str = ""
    security: str = ""
    parameters_title: str = "Parameters"
    bodies_title: str = "Body"
    responses_title: str = "Responses"


@dataclass(frozen=True)
class Operation:
    """One thing that an API does, or a type that it speaks of; ``about`` is worked out for those that are shown.

    ``names`` are what else it is found by.
    """

    group: str
    method: str
    path: str
    summary: str
    description: str
    is_deprecated: bool = False
    names: Sequence[str] = ()
    about: Callable[[], Detail] = Detail

    @cached_property
    def detail(self) -> Detail:
        """Its parameters, bodies and responses."""
        return self.about()

    def matches(self, words: str) -> bool:
        """Say whether every word is somewhere in its group, method, path, texts, or names of types and parameters.

        Of each the first MAX_SEARCHED characters are looked at, since thousands of operations may refer to a long one.
        """
        said = (self.group, self.method, self.path, self.summary, self.description, *self.names)
        whole = " ".join(one[:MAX_SEARCHED] for one in said).lower()
        return all(word in whole for word in words.lower().split())


def first(payloads: Iterable[Payload]) -> list[Payload]:
    """The first MAX_PAYLOADS, and a word on those that are left out."""
    found = list(islice(payloads, MAX_PAYLOADS + 1))
    return [*found[:MAX_PAYLOADS], Payload("", "The definition below has more.")] if found[MAX_PAYLOADS:] else found


def shown(operations: list[Operation]) -> list[Operation]:
    """The first operations: at most MAX_SHOWN, and no more once they have MAX_FIELDS_SHOWN fields and payloads.

    Nor once their texts have MAX_CHARACTERS_SHOWN characters, since many may refer to the same long ones.
    """
    chosen, fields, characters = [], 0, 0
    for one in operations[:MAX_SHOWN]:
        chosen.append(one)
        detail = one.detail
        payloads = [*detail.bodies, *detail.responses]
        listed = [*detail.parameters, *(inner for each in payloads for inner in each.fields)]
        fields += len(listed) + len(payloads)
        described = (one.summary, one.description, *(each.description for each in (*payloads, *listed)))
        characters += sum(map(len, described))
        if fields >= MAX_FIELDS_SHOWN or characters >= MAX_CHARACTERS_SHOWN:
            break
    return chosen


def split(text: str) -> tuple[str, str]:
    """The first paragraph of a description, in one line, and the rest."""
    first, _, rest = text.strip().partition("\n\n")
    return " ".join(first.split()), rest.strip()
