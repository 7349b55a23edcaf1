"""The lowest level of a plugin's stylesheet: what may stand in it anywhere, whatever rule it belongs to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from tinycss2 import parse_component_value_list

from portal.guard import PluginError

MAX_CHARACTERS = 100_000
MAX_DEPTH = 32
BLOCKS = frozenset({"{} block", "[] block", "() block", "function"})
GROUPS = frozenset({"media", "supports", "container", "layer", "scope", "starting-style"})
REMEDIES = {
    "charset": "Remove it: stylesheets are UTF-8.",
    "font-face": "Use the portal's fonts.",
    "import": "Put the rules into this file, or link the other file from the template.",
    "namespace": "Remove it: prefixed selectors are not needed in HTML.",
    "page": "Use @media print.",
    "property": "Set the custom property on :scope instead.",
    "-webkit-keyframes": "Write @keyframes.",
}

_PATH = re.compile(r"[\w.~+@/-]*(#[\w.-]+)?", re.ASCII)
_NEWLINE = re.compile(r"\r\n|[\r\n\f]")
# Ends the text in a way of its own, so that whatever the author left open swallows it.
_END = "@foyer-end"

Token = Any


class Source:
    """One stylesheet: where it comes from, and the check of its tokens."""

    def __init__(self, label: str, file: str) -> None:
        self.label = label
        self.file = file
        folders = file.split("/")[:-1]
        self._folder = "/".join(folders[2:] if folders[:2] == ["static", label] else folders)
        self._last_line = 0

    def refuse(self, line: int, what: str, remedy: str) -> NoReturn:
        """Raise PluginError naming the file and the line."""
        raise PluginError(f"{self.file}:{line}: {what}. {remedy}")

    def tokens(self, css: str) -> list[Token]:
        """Return the component values of ``css`` when each of them is well formed and harmless by itself."""
        if len(css) > MAX_CHARACTERS:
            raise PluginError(f"{self.file} is longer than {MAX_CHARACTERS} characters: shorten or split it.")
        self._last_line = len(_NEWLINE.findall(css)) + 2
        tokens: list[Token] = parse_component_value_list(f"{css}\n{_END}{{}}", skip_comments=True)
        self._check_tokens(tokens, 0)
        if len(tokens) < 2 or not self._is_end(tokens[-2]):
            if css.rfind("/*") > css.rfind("*/"):
                line = len(_NEWLINE.findall(css, 0, css.rfind("/*"))) + 1
            else:
                line = next((token.source_line for token in reversed(tokens) if token.type in BLOCKS), 1)
            self.refuse(line, "Something that begins here is not closed", "Add the missing bracket, semicolon or */.")
        return tokens[:-2]

    def _is_end(self, token: Token) -> bool:
        at_end = token.type == "at-keyword" and token.source_line == self._last_line
        return bool(at_end and token.value == _END[1:])

    def _check_tokens(self, tokens: Sequence[Token], depth: int) -> None:
        for token in tokens:
            line = token.source_line
            if token.type == "error":
                self.refuse(line, f"The text can't be read: {token.message}", "Check brackets, quotes and escapes.")
            if depth > MAX_DEPTH:
                self.refuse(line, "The rules are nested too deeply", f"Use at most {MAX_DEPTH} levels.")
            if token.type == "whitespace":
                token.value = " "
            elif token.type == "literal":
                self._check_literal(token)
            elif token.type == "url":
                self._check_url(token, token.value)
            elif token.type == "at-keyword":
                self._check_at_keyword(token)
            elif token.type == "unicode-range":
                self.refuse(line, "This reads as a range of characters", 'Put a space before and after the "+".')
            elif token.type in BLOCKS:
                if token.type == "function":
                    self._check_function(token)
                self._check_tokens(token.arguments if token.type == "function" else token.content, depth + 1)
            else:
                self._check_text(token)

    def _check_literal(self, token: Token) -> None:
        if token.value in ("<!--", "-->"):
            self.refuse(token.source_line, f"{token.value} is not CSS", "Remove it.")
        if token.value == "\\":
            self.refuse(token.source_line, "A backslash escapes nothing here", "Remove it.")
        if token.value == "!":
            self.refuse(
                token.source_line,
                "!important is not allowed",
                "The layer of plugins comes after the portal's components, so a plain declaration wins.",
            )

    def _check_at_keyword(self, token: Token) -> None:
        name = token.lower_value
        if name not in GROUPS and name != "keyframes" and not self._is_end(token):
            remedy = REMEDIES.get(name, f"Use only @keyframes, {', '.join(f'@{one}' for one in sorted(GROUPS))}.")
            self.refuse(token.source_line, f"@{name} is not allowed in a plugin's stylesheet", remedy)

    def _check_function(self, token: Token) -> None:
        name = token.lower_name
        self._check_characters(token, name)
        if name == "url":
            token.name = name
            token.arguments = [argument for argument in token.arguments if argument.type != "whitespace"]
            if [argument.type for argument in token.arguments] != ["string"]:
                self.refuse(token.source_line, "url() takes one file name", 'Write url("name").')
            self._check_url(token, token.arguments[0].value)
        elif name in ("src", "image") or name.endswith("url"):
            self.refuse(token.source_line, f"{name}() is not allowed", "Use url().")
        if name.endswith("image-set") and any(argument.type == "string" for argument in token.arguments):
            self.refuse(token.source_line, f"{name}() names a file by a string", "Write url() around it.")

    def _check_text(self, token: Token) -> None:
        text = token.serialize()
        self._check_characters(token, text)
        if token.type == "string" and re.search(r"url\(|@import", text, re.IGNORECASE):
            # Collecting static files rewrites what looks like a reference, in strings too.
            self.refuse(token.source_line, "A string reads like a reference to a file", "Reword it.")

    def _check_characters(self, token: Token, text: str) -> None:
        if "</style" in text.lower():
            self.refuse(token.source_line, '"</style" would end a style element', "Remove it.")
        if not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
            self.refuse(token.source_line, "An escape names half a character", "Write the character itself.")

    def _check_url(self, token: Token, url: str) -> None:
        line = token.source_line
        if re.match(r"[a-z][a-z0-9+.-]*:|[\\/]{2}", url, re.IGNORECASE):
            self.refuse(
                line,
                f"{url[:80]} lies outside the portal",
                f"Put the file under static/{self.label}/ and name it by its relative path.",
            )
        if url.startswith("/"):
            self.refuse(line, f"{url[:80]} is an absolute path", "Name the file relative to this stylesheet.")
        if not url or not _PATH.fullmatch(url):
            self.refuse(line, f'"{url[:80]}" is not a plain file name', "Use letters, digits, and . _ ~ + @ / - only.")
        path = url.partition("#")[0]
        if path and posixpath.normpath(posixpath.join(self._folder, path)).startswith(".."):
            self.refuse(line, f"{url[:80]} leaves the plugin's folder", f"Put the file under static/{self.label}/.")
        if token.type == "url":
            token.representation = f'url("{url}")'
