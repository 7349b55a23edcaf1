"""A reader of Protocol Buffers files (proto2, proto3, editions): what they declare, with the comments beside it.

Pure Python and one pass, since the parsers on the package index need a compiler, a native library, or a second for
every 100 kB. Options other than ``deprecated`` are skipped, so are reserved ranges and extensions. The grammar is
that of protobuf.dev/reference/protobuf/edition-2023-spec.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from plugins.catalog.definitions.protobuf_tokens import Token, tokens, wrong

MAX_DEPTH = 50
_OPENING, _CLOSING = frozenset("{[(<"), frozenset("}])>")
_SKIPPED = frozenset(("option", "reserved", "extensions", "import", "syntax", "edition"))
_LABELS = frozenset(("optional", "required", "repeated"))


@dataclass(slots=True)
class Member:
    """A field, or a value of an enum; ``oneof`` is the choice that it is one of."""

    name: str
    type: str
    number: str
    label: str = ""
    oneof: str = ""
    comment: str = ""
    is_deprecated: bool = False


@dataclass(slots=True)
class Declared:
    """A message or an enum, by its name within the package."""

    kind: str
    name: str
    comment: str
    members: list[Member] = field(default_factory=list)
    is_deprecated: bool = False


@dataclass(slots=True)
class Method:
    """A call of a service."""

    service: str
    name: str
    request: str
    response: str
    request_streams: bool
    response_streams: bool
    comment: str
    is_deprecated: bool = False


@dataclass(slots=True)
class File:
    """What a file declares, in order."""

    package: str = ""
    methods: list[Method] = field(default_factory=list)
    types: list[Declared] = field(default_factory=list)
    services: dict[str, str] = field(default_factory=dict)


def parse(text: str) -> File:
    """What a file declares. Raises Unreadable with the line."""
    return _Parser(text).file()


class _Parser:
    def __init__(self, text: str) -> None:
        self._trailing: dict[int, str] = {}
        self._source = tokens(text, self._trailing)
        self._lines = text.count("\n") + 1
        self._next = next(self._source, None)
        self.found = File()

    def file(self) -> File:
        while self._next is not None:
            match self._next.text:
                case "message" | "enum" | "service" | "extend":
                    self._declaration("", 0)
                case "package":
                    self._take()
                    self.found.package = self._take("word").text
                    self._take(text=";")
                case word if word in _SKIPPED:
                    self._skip()
                case ";":
                    self._take()
                case word:
                    raise wrong(self._next.line, f"{word!r} is not expected here; a declaration was")
        return self.found

    def _take(self, kind: str = "", text: str = "") -> Token:
        token = self._next
        if token is None:
            raise wrong(self._lines, f"The file ends where {text or kind or 'more'!r} was expected")
        if (kind and token.kind != kind) or (text and token.text != text):
            wanted = {"word": "a name", "number": "a number"}.get(kind, repr(text))
            raise wrong(token.line, f"{token.text!r} stands where {wanted} was expected")
        self._next = next(self._source, None)
        return token

    def _is(self, text: str) -> bool:
        return self._next is not None and self._next.text == text

    def _comment(self, token: Token, end: Token) -> str:
        return token.comment or self._trailing.get(end.line, "")

    def _skip(self) -> bool:
        """Pass over a statement: to its ; or the end of its block. Say whether it sets ``deprecated = true``."""
        depth, said = 0, ("", "", "", "")
        while True:
            token = self._take()
            said = (*said[1:], token.text)
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth < 0:
                raise wrong(token.line, f"{token.text!r} closes nothing")
            if depth == 0 and (token.text == ";" or (token.text == "}" and not self._is(";"))):
                return said == ("deprecated", "=", "true", ";")

    def _declaration(self, scope: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise wrong(self._next.line if self._next else 0, f"More than {MAX_DEPTH} messages stand in each other")
        keyword, name = self._take(), self._take("word")
        opening = self._take(text="{")
        full = f"{scope}.{name.text}" if scope else name.text
        comment = self._comment(keyword, opening)
        match keyword.text:
            case "service":
                self.found.services[name.text] = comment
                self._service(name.text)
            case "enum":
                self._enum(Declared("ENUM", full, comment))
            case "message":
                self._message(Declared("MESSAGE", full, comment), depth)
            case _:
                self._message(Declared("EXTEND", name.text, comment), depth)

    def _service(self, service: str) -> None:
        while not self._is("}"):
            if self._is("rpc"):
                self._rpc(service)
            else:
                self._skip()
        self._take()

    def _rpc(self, service: str) -> None:
        keyword, name = self._take(), self._take("word")
        request_streams, request = self._message_type()
        self._take(text="returns")
        response_streams, response = self._message_type()
        is_deprecated = False
        end = self._take()
        if end.text == "{":
            while not self._is("}"):
                is_deprecated |= self._skip()
            end = self._take()
        elif end.text != ";":
            raise wrong(end.line, f"{end.text!r} stands where ';' or '{{' was expected")
        comment = self._comment(keyword, end)
        self.found.methods.append(
            Method(service, name.text, request, response, request_streams, response_streams, comment, is_deprecated)
        )

    def _message_type(self) -> tuple[bool, str]:
        self._take(text="(")
        first = self._take("word")
        streams = first.text == "stream" and not self._is(")")
        type_ = self._take("word").text if streams else first.text
        self._take(text=")")
        return streams, type_

    def _enum(self, enum: Declared) -> None:
        self.found.types.append(enum)
        while not self._is("}"):
            if self._next is not None and (self._next.text in _SKIPPED or self._is(";")):
                enum.is_deprecated |= self._skip()
                continue
            name = self._take("word")
            self._take(text="=")
            number = self._take("number")
            is_deprecated, end = self._options()
            enum.members.append(
                Member(name.text, "", number.text, comment=self._comment(name, end), is_deprecated=is_deprecated)
            )
        self._take()

    def _message(self, message: Declared, depth: int) -> None:
        self.found.types.append(message)
        self._members(message, "", depth)

    def _members(self, message: Declared, oneof: str, depth: int) -> None:
        while not self._is("}"):
            word = self._next.text if self._next else ""
            if word in ("message", "enum", "extend") and not oneof:
                self._declaration(message.name, depth + 1)
            elif word == "oneof" and not oneof:
                self._take()
                name = self._take("word").text
                self._take(text="{")
                self._members(message, name, depth)
            elif word in _SKIPPED or word == ";":
                message.is_deprecated |= self._skip() and not oneof
            else:
                self._field(message, oneof, depth)
        self._take()

    def _field(self, message: Declared, oneof: str, depth: int) -> None:
        first = self._take("word")
        label, type_ = ("", first) if first.text not in _LABELS else (first.text, self._take("word"))
        shown = type_.text
        if shown == "map" and self._is("<"):
            self._take()
            key = self._take("word").text
            self._take(text=",")
            shown = f"map of {key} to {self._take('word').text}"
            self._take(text=">")
        name = self._take("word")
        self._take(text="=")
        number = self._take("number")
        if shown == "group":
            self._options(is_group=True)
            group = Declared("MESSAGE", f"{message.name}.{name.text}", first.comment)
            message.members.append(Member(name.text.lower(), group.name, number.text, label, oneof, first.comment))
            if depth >= MAX_DEPTH:
                raise wrong(name.line, f"More than {MAX_DEPTH} messages stand in each other")
            self._take(text="{")
            self._message(group, depth + 1)
            return
        is_deprecated, end = self._options()
        comment = self._comment(first, end)
        message.members.append(Member(name.text, shown, number.text, label, oneof, comment, is_deprecated))

    def _options(self, is_group: bool = False) -> tuple[bool, Token]:
        """The options in brackets after a number, and the ; that ends a field."""
        depth, is_deprecated, before = 0, False, ("", "")
        while not (depth == 0 and (self._is(";") or (is_group and self._is("{")))):
            token = self._take()
            is_deprecated |= (*before, token.text) == ("deprecated", "=", "true")
            before = (before[1], token.text)
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth <= 0 and token.text != "]":
                raise wrong(token.line, f"{token.text!r} stands where ';' was expected")
        end = self._next if is_group else self._take(text=";")
        return is_deprecated, end or self._take()
