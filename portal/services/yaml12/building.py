"""From events of the parser to one value and where its parts stand, within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from portal.services.yaml12 import bounds
from portal.services.yaml12.errors import YamlError, too_many
from portal.services.yaml12.positions import Marks
from portal.services.yaml12.scalars import as_key, check_tag, scalar
from portal.services.yaml12.stand_ins import StandIns


@dataclass(slots=True)
class Frame:
    """A list or mapping whose end has not come yet."""

    container: list[Any] | dict[str, Any]
    marks: Marks
    children: dict[str | int, Marks]
    anchor: str | None
    values_before: int
    bytes_before: int
    key: str | None = None
    key_marks: Marks | None = None


@dataclass(frozen=True, slots=True)
class Anchored:
    value: Any
    children: dict[str | int, Marks] | None
    values: int
    bytes: int


class Builder:
    """Turns parser events into a value, without recursion and within bounds."""

    def __init__(self, lines_before: int, stand_ins: StandIns | None) -> None:
        self.value: Any = None
        self.marks: Marks | None = None
        self._lines_before = lines_before
        self._stand_ins = stand_ins
        self._frames: list[Frame] = []
        self._anchors: dict[str, Anchored] = {}
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
            value = scalar(text, event, marks)
            size = len(text) if text.isascii() else len(text.encode())
            self._counted(1, size, marks)
            if event.anchor:
                self._anchors[event.anchor] = Anchored(value, None, 1, size)
            self._place(value, marks)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor, self._marks(event))

    def _marks(self, event: Any) -> Marks:
        mark = event.start_mark
        return Marks(self._lines_before + mark.line + 1, mark.column + 1)

    def _counted(self, values: int, size: int, marks: Marks) -> None:
        self._values += values
        self._bytes += size
        if self._values > bounds.MAX_VALUES:
            raise too_many(marks.line, marks.column)
        if self._bytes > bounds.MAX_BYTES:
            reason = (
                f"more than {bounds.MAX_BYTES:,} bytes of text in one document, aliases expanded; use fewer aliases"
            )
            raise YamlError(reason, marks.line, marks.column)

    def _open(self, event: Any, container: list[Any] | dict[str, Any]) -> None:
        marks = self._marks(event)
        children: dict[str | int, Marks] = {}
        marks.children = children
        if event.tag:
            check_tag(event.tag, marks)
        if len(self._frames) == bounds.MAX_DEPTH:
            raise YamlError(f"nested more than {bounds.MAX_DEPTH} levels deep", marks.line, marks.column)
        before = self._values, self._bytes
        self._counted(1, 0, marks)
        if event.anchor:
            self._open_anchors.add(event.anchor)
        self._frames.append(Frame(container, marks, children, event.anchor, *before))

    def _close(self) -> None:
        frame = self._frames.pop()
        if frame.anchor:
            self._open_anchors.discard(frame.anchor)
            size = self._values - frame.values_before, self._bytes - frame.bytes_before
            self._anchors[frame.anchor] = Anchored(frame.container, frame.marks.children, *size)
        self._place(frame.container, frame.marks)

    def _alias(self, anchor: str | None, marks: Marks) -> None:
        if anchor in self._open_anchors:
            raise YamlError(f"*{anchor} refers to something that contains it", marks.line, marks.column)
        if anchor is None or anchor not in self._anchors:
            raise YamlError(f"*{anchor} has no &{anchor} before it", marks.line, marks.column)
        anchored = self._anchors[anchor]
        self._counted(anchored.values, anchored.bytes, marks)
        marks.children = anchored.children
        self._place(anchored.value, marks)

    def _place(self, value: Any, marks: Marks) -> None:
        if not self._frames:
            self.value, self.marks = value, marks
            return
        frame = self._frames[-1]
        if isinstance(frame.container, list):
            frame.children[len(frame.container)] = marks
            frame.container.append(value)
        elif frame.key is None or frame.key_marks is None:
            frame.key = value if isinstance(value, str) else as_key(value)
            frame.key_marks = marks
            if frame.key in frame.container:
                raise YamlError(f'"{frame.key}" stands here twice; keep one of them', marks.line, marks.column)
        else:
            frame.container[frame.key] = value
            # The entry stands where its key does.
            frame.key_marks.children = marks.children
            frame.children[frame.key] = frame.key_marks
            frame.key = frame.key_marks = None
