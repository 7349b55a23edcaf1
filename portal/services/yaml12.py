"""YAML 1.2 (core schema) to plain JSON-like values, each document for itself and with positions.

Backstage reads its files with the npm package ``yaml`` 2.x, so ``no`` and ``12:30`` and ``2001-01-01``
are strings here, ``<<`` is a plain key, a duplicate key is an error, and keys are strings. Values are
None, bool, int, float, str, list and dict; a tag never makes an object of another type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

from portal.services import yaml12_stand_ins
from portal.services.yaml12_stand_ins import StandIns

__all__ = ["Document", "Position", "YamlError", "iterate", "load", "load_all"]

MAX_CHARACTERS = 8_000_000
MAX_DOCUMENTS = 20_000
MAX_DEPTH = 100
MAX_VALUES = 100_000  # per document, every alias counted as often as it is used
MAX_BYTES = 8_000_000  # of all texts of a document, counted in the same way
MAX_VALUES_OF_FILE = 800_000  # MAX_DOCUMENTS of 40 values each, without what aliases add
SHORTEST_VALUE = 2  # characters: a digit and a comma

_TAG = "tag:yaml.org,2002:"
_REFUSED_TAGS = frozenset(_TAG + name for name in ("binary", "omap", "pairs", "set", "timestamp"))
_NULL = re.compile(r"~|[Nn]ull|NULL|")
_BOOL = re.compile(r"[Tt]rue|TRUE|[Ff]alse|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN = re.compile(r"\.(?:nan|NaN|NAN)")

_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)

# What libyaml says, and what a reader should do about it.
_REASONS = (
    (
        "mapping values are not allowed",
        'a ":" is not expected here; quote the text, or check the indentation',
    ),
    ("found character that cannot start any token", "a value can't begin with this character; quote the text"),
    ("did not find expected key", "the indentation does not fit what stands above; align it with its neighbours"),
    (
        "did not find expected '-' indicator",
        'a list item was expected; begin it with "- ", aligned with the others',
    ),
    ("did not find expected ',' or ']'", 'a "," or the closing "]" is missing before this'),
    ("did not find expected ',' or '}'", 'a "," or the closing "}" is missing before this'),
    ("could not find expected ':'", 'a key without ":" stands before this; add it, or indent the text'),
    ("found unexpected end of stream", "the text ends inside quotes; add the closing quote"),
    ("found unexpected document indicator", "the document ends inside quotes; add the closing quote"),
    ("block sequence entries are not allowed", 'a list can\'t begin here; put "- " on a line of its own below the key'),
    ("found a tab character", "a tab can't indent; use spaces"),
    ("exceeded maximum nesting depth", f"nested more than {MAX_DEPTH} levels deep"),
    ("control characters are not allowed", "control characters are not allowed; remove them"),
    ("invalid Unicode character escape code", "the escape stands for no character; write the character itself"),
    ("did not find expected <document start>", "something follows the end of the document; check the indentation"),
)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the text; line and column count from 1."""

    line: int
    column: int


class YamlError(ValueError):
    """Text that can't be read, with the place and a reason in plain words."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason}")
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(slots=True)
class _Marks:
    """Where a node and its children begin, counted from 1; mirrors the value. A scalar has no children."""

    line: int
    column: int
    children: dict[str | int, _Marks] | None = None


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
    _marks: _Marks | None = None

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
        parsed, stand_ins = yaml12_stand_ins.put(_decoded(text))
    except yaml12_stand_ins.NoneLeft:
        raise YamlError("nearly all private-use characters are in this file; remove some of them", 1, 1) from None
    sources = list(islice(_split(parsed), MAX_DOCUMENTS + 1))
    if len(sources) > MAX_DOCUMENTS:
        raise YamlError(f"more than {MAX_DOCUMENTS:,} documents in one file; split it", sources[-1][0], 1)
    refused = _counted(sources)
    return (_read(index, source, line, refused.get(index), stand_ins) for index, (line, source) in enumerate(sources))


def _decoded(text: str | bytes) -> str:
    if len(text) > MAX_CHARACTERS:
        raise YamlError(f"more than {MAX_CHARACTERS:,} characters in one file; split it", 1, 1)
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
    if sum(lengths) <= SHORTEST_VALUE * MAX_VALUES_OF_FILE and max(lengths, default=0) <= SHORTEST_VALUE * MAX_VALUES:
        return refused
    left = MAX_VALUES_OF_FILE
    for index, (line, source) in enumerate(sources):
        number, limit = 0, min(left, MAX_VALUES)
        try:
            for event in _events(source):
                number += isinstance(event, yaml.NodeEvent)
                if number > limit:
                    place = line + event.start_mark.line, event.start_mark.column + 1
                    if limit == left:
                        raise YamlError(f"more than {MAX_VALUES_OF_FILE:,} values in one file; split it", *place)
                    refused[index] = _too_many(*place)
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


def _too_many(line: int, column: int) -> YamlError:
    return YamlError(f"more than {MAX_VALUES:,} values in one document, aliases expanded", line, column)


def _read(index: int, source: str, line: int, refused: YamlError | None, stand_ins: StandIns | None) -> Document:
    start = Position(line, 1)
    if refused:
        return Document(index, start, error=refused)
    builder = _Builder(line - 1, stand_ins)
    try:
        for event in _events(source):
            builder.add(event)
    except YamlError as error:
        return Document(index, start, error=error)
    except yaml.MarkedYAMLError as error:
        return Document(index, start, error=_explained(error, line))
    except (yaml.YAMLError, UnicodeEncodeError):
        return Document(index, start, error=YamlError("a character is not allowed in YAML; remove it", line, 1))
    return Document(index, start, builder.value, _marks=builder.marks)


def _explained(error: yaml.MarkedYAMLError, line: int) -> YamlError:
    problem = error.problem or "can't be read as YAML"
    reason = next((reason for words, reason in _REASONS if words in problem), problem)
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return YamlError(reason, line, 1)
    return YamlError(reason, line + mark.line, mark.column + 1)


@dataclass(slots=True)
class _Frame:
    """A list or mapping whose end has not come yet."""

    container: list[Any] | dict[str, Any]
    marks: _Marks
    children: dict[str | int, _Marks]
    anchor: str | None
    values_before: int
    bytes_before: int
    key: str | None = None
    key_marks: _Marks | None = None


@dataclass(frozen=True, slots=True)
class _Anchored:
    value: Any
    children: dict[str | int, _Marks] | None
    values: int
    bytes: int


class _Builder:
    """Turns parser events into a value, without recursion and within bounds."""

    def __init__(self, lines_before: int, stand_ins: StandIns | None) -> None:
        self.value: Any = None
        self.marks: _Marks | None = None
        self._lines_before = lines_before
        self._stand_ins = stand_ins
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Anchored] = {}
        self._open_anchors: set[str] = set()
        self._values = self._bytes = 0

    def add(self, event: Any) -> None:
        """Take one event of the parser. Raises YamlError."""
        # The most frequent first: this runs for every value of every file.
        if isinstance(event, yaml.ScalarEvent):
            marks = self._marks(event)
            text: str = event.value
            if self._stand_ins:
                text = self._stand_ins.replaced(text, escapes=event.style == '"')
            value = _scalar(text, event, marks)
            size = len(text) if text.isascii() else len(text.encode())
            self._counted(1, size, marks)
            if event.anchor:
                self._anchors[event.anchor] = _Anchored(value, None, 1, size)
            self._place(value, marks)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor, self._marks(event))

    def _marks(self, event: Any) -> _Marks:
        mark = event.start_mark
        return _Marks(self._lines_before + mark.line + 1, mark.column + 1)

    def _counted(self, values: int, size: int, marks: _Marks) -> None:
        self._values += values
        self._bytes += size
        if self._values > MAX_VALUES:
            raise _too_many(*_pair(marks))
        if self._bytes > MAX_BYTES:
            reason = f"more than {MAX_BYTES:,} bytes of text in one document, aliases expanded; use fewer aliases"
            raise YamlError(reason, *_pair(marks))

    def _open(self, event: Any, container: list[Any] | dict[str, Any]) -> None:
        marks = self._marks(event)
        children: dict[str | int, _Marks] = {}
        marks.children = children
        if event.tag:
            _check_tag(event.tag, marks)
        if len(self._frames) == MAX_DEPTH:
            raise YamlError(f"nested more than {MAX_DEPTH} levels deep", *_pair(marks))
        before = self._values, self._bytes
        self._counted(1, 0, marks)
        if event.anchor:
            self._open_anchors.add(event.anchor)
        self._frames.append(_Frame(container, marks, children, event.anchor, *before))

    def _close(self) -> None:
        frame = self._frames.pop()
        if frame.anchor:
            self._open_anchors.discard(frame.anchor)
            size = self._values - frame.values_before, self._bytes - frame.bytes_before
            self._anchors[frame.anchor] = _Anchored(frame.container, frame.marks.children, *size)
        self._place(frame.container, frame.marks)

    def _alias(self, anchor: str | None, marks: _Marks) -> None:
        if anchor in self._open_anchors:
            raise YamlError(f"*{anchor} refers to something that contains it", *_pair(marks))
        if anchor is None or anchor not in self._anchors:
            raise YamlError(f"*{anchor} has no &{anchor} before it", *_pair(marks))
        anchored = self._anchors[anchor]
        self._counted(anchored.values, anchored.bytes, marks)
        marks.children = anchored.children
        self._place(anchored.value, marks)

    def _place(self, value: Any, marks: _Marks) -> None:
        if not self._frames:
            self.value, self.marks = value, marks
            return
        frame = self._frames[-1]
        if isinstance(frame.container, list):
            frame.children[len(frame.container)] = marks
            frame.container.append(value)
        elif frame.key is None or frame.key_marks is None:
            frame.key = value if isinstance(value, str) else _key(value)
            frame.key_marks = marks
            if frame.key in frame.container:
                raise YamlError(f'"{frame.key}" stands here twice; keep one of them', *_pair(marks))
        else:
            frame.container[frame.key] = value
            # The entry stands where its key does.
            frame.key_marks.children = marks.children
            frame.children[frame.key] = frame.key_marks
            frame.key = frame.key_marks = None


def _pair(marks: _Marks) -> tuple[int, int]:
    return marks.line, marks.column


def _check_tag(tag: str, marks: _Marks) -> None:
    if tag in _REFUSED_TAGS or tag.startswith(_TAG + "python"):
        short = tag.replace(_TAG, "!!")
        raise YamlError(f"the tag {short} is not allowed; write the value as text", *_pair(marks))


def _key(value: Any) -> str:
    """A mapping key as JSON has it; a list or mapping, such as ``{{ name }}``, as ``yaml`` 2.x writes it."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
        case list():
            return f"[ {', '.join(map(_key, value))} ]" if value else "[]"
        case dict():
            pairs = (key if item is None else f"{key}: {_key(item)}" for key, item in value.items())
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        case _:
            return str(value)


def _scalar(text: str, event: Any, marks: _Marks) -> Any:
    tag = event.tag
    if tag is None or tag == "!":
        return _plain(text, marks) if event.implicit[0] and tag is None else text
    _check_tag(tag, marks)
    if tag in (_TAG + "int", _TAG + "float", _TAG + "bool", _TAG + "null"):
        return _plain(text, marks)
    return text


def _plain(text: str, marks: _Marks) -> Any:
    """A plain scalar by the core schema (YAML 1.2.2 §10.3.2)."""
    if _NULL.fullmatch(text):
        return None
    if text[0] not in "+-.0123456789tTfF":
        return text
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    try:
        if _INT.fullmatch(text):
            return int(text)
        if _OCTAL.fullmatch(text):
            return int(text[2:], 8)
        if _HEX.fullmatch(text):
            return int(text[2:], 16)
    except ValueError:  # Python converts at most 4300 digits
        raise YamlError("the number has too many digits; quote it if it is meant as text", *_pair(marks)) from None
    if _FLOAT.fullmatch(text) or _NAN.fullmatch(text):
        return float(text.removeprefix(".") if text.startswith((".n", ".N")) else text)
    if _INFINITY.fullmatch(text):
        return float(text.replace(".", "").lower())
    return text
