"""From a text to its documents, each for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

from portal.services.yaml12 import bounds
from portal.services.yaml12.building import Builder
from portal.services.yaml12.errors import YamlError, explained, too_many
from portal.services.yaml12.positions import Marks, Position
from portal.services.yaml12.stand_ins import NoneLeft, StandIns, put

_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a text: its value, or the error that kept it from being read.

    index   counts from 0, empty documents included
    value   None for an empty document and for one with an error
    """

    index: int
    start: Position
    value: Any = None
    error: YamlError | None = None
    _marks: Marks | None = None

    def position(self, path: Sequence[str | int] = ()) -> Position:
        """Where the value at ``path`` (or its key, in a mapping) stands; of what is absent, its nearest parent."""
        marks = self._marks
        if marks is None:
            return self.start
        for step in path:
            if marks.children is None or step not in marks.children:
                break
            marks = marks.children[step]
        return Position(marks.line, marks.column)


def load(text: str | bytes) -> Any:
    """The value of the only document in ``text``; None when there is none. Raises YamlError."""
    documents = list(load_all(text))
    if len(documents) > 1:
        second = documents[1].start
        raise YamlError("one document was expected and a second begins here", second.line, second.column)
    if not documents:
        return None
    if documents[0].error:
        raise documents[0].error
    return documents[0].value


def load_all(text: str | bytes) -> list[Document]:
    """Every document in ``text``; one that can't be read carries its error and leaves the others alone.

    Raises YamlError for a text that is not UTF-8 or exceeds MAX_CHARACTERS, MAX_DOCUMENTS or MAX_VALUES_OF_FILE.
    """
    return list(iterate(text))


def iterate(text: str | bytes) -> Iterator[Document]:
    """The same as ``load_all``, one by one, so that only one needs to be in memory. Raises before the first."""
    try:
        parsed, stand_ins = put(_decoded(text))
    except NoneLeft:
        raise YamlError("nearly all private-use characters are in this file; remove some of them", 1, 1) from None
    sources = list(islice(_split(parsed), bounds.MAX_DOCUMENTS + 1))
    if len(sources) > bounds.MAX_DOCUMENTS:
        raise YamlError(f"more than {bounds.MAX_DOCUMENTS:,} documents in one file; split it", sources[-1][0], 1)
    refused = _counted(sources)
    return (_read(index, source, line, refused.get(index), stand_ins) for index, (line, source) in enumerate(sources))


def _decoded(text: str | bytes) -> str:
    if len(text) > bounds.MAX_CHARACTERS:
        raise YamlError(f"more than {bounds.MAX_CHARACTERS:,} characters in one file; split it", 1, 1)
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise YamlError("not UTF-8; save the file in that encoding", line, 1) from None


def _split(text: str) -> Iterator[tuple[int, str]]:
    """First line and source of each document.

    A line that begins with "---" or "..." ends a document wherever it stands, even inside a scalar
    (YAML 1.2.2 §9.1.2), so the text can be cut before it is parsed.
    """
    begin, line, explicit = 0, 1, False
    for marker in _MARKER.finditer(text):
        source = text[begin : marker.start()]
        lines = source.count("\n")
        is_start = marker[0] == "---"
        if explicit or _has_content(source):
            yield line, source
        elif is_start:
            explicit = True
            continue  # comments and directives belong to the document that begins here
        explicit = is_start
        begin = marker.start() if is_start else marker.end()
        line += lines
    source = text[begin:]
    if explicit or _has_content(source):
        yield line, source


def _has_content(source: str) -> bool:
    return any(
        not line.startswith("%") and (text := line.strip()) and not text.startswith("#") for line in source.splitlines()
    )


def _counted(sources: Sequence[tuple[int, str]]) -> dict[int, YamlError]:
    """The error of each document that has too many values, by its index. Raises YamlError when the file has.

    Reading a document takes several times as long as counting its values, so what is too large costs no more than that.
    """
    refused: dict[int, YamlError] = {}
    lengths = [len(source) for _, source in sources]
    if (
        sum(lengths) <= bounds.SHORTEST_VALUE * bounds.MAX_VALUES_OF_FILE
        and max(lengths, default=0) <= bounds.SHORTEST_VALUE * bounds.MAX_VALUES
    ):
        return refused
    left = bounds.MAX_VALUES_OF_FILE
    for index, (line, source) in enumerate(sources):
        number, limit = 0, min(left, bounds.MAX_VALUES)
        try:
            for event in _events(source):
                number += isinstance(event, yaml.NodeEvent)
                if number > limit:
                    place = line + event.start_mark.line, event.start_mark.column + 1
                    if limit == left:
                        raise YamlError(f"more than {bounds.MAX_VALUES_OF_FILE:,} values in one file; split it", *place)
                    refused[index] = too_many(*place)
                    break
        except (yaml.YAMLError, UnicodeEncodeError):
            pass  # reading it says what is wrong
        left -= number
    return refused


def _events(source: str) -> Iterator[Any]:
    # As yaml.parse, which asks before each event whether there is one.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source)
    try:
        event = None
        while not isinstance(event, yaml.StreamEndEvent):
            event = loader.get_event()
            yield event
    finally:
        loader.dispose()


def _read(index: int, source: str, line: int, refused: YamlError | None, stand_ins: StandIns | None) -> Document:
    start = Position(line, 1)
    if refused:
        return Document(index, start, error=refused)
    builder = Builder(line - 1, stand_ins)
    try:
        for event in _events(source):
            builder.add(event)
    except YamlError as error:
        return Document(index, start, error=error)
    except yaml.MarkedYAMLError as error:
        return Document(index, start, error=explained(error, line))
    except (yaml.YAMLError, UnicodeEncodeError):
        return Document(index, start, error=YamlError("a character is not allowed in YAML; remove it", line, 1))
    return Document(index, start, builder.value, _marks=builder.marks)
