"""Confines a plugin's stylesheet to the plugin's own boxes.

The sheet is parsed and written anew, because text that is merely wrapped escapes with one unbalanced brace. What can't
be confined is refused with file, line and remedy, and nothing is ever left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from tinycss2 import parse_blocks_contents, parse_rule_list, serialize
from tinycss2.serializer import serialize_identifier

from portal.guard import PluginError
from portal.loading.css_tokens import Source, Token

POSITIONS = frozenset("static relative absolute sticky inherit initial unset revert revert-layer".split())
ANIMATION_WORDS = frozenset(
    "none auto infinite normal reverse alternate alternate-reverse forwards backwards both running paused "
    "ease ease-in ease-out ease-in-out linear step-start step-end replace add accumulate "
    "inherit initial unset revert revert-layer".split()
)
_LABEL = re.compile(r"[a-z][a-z0-9_]*")
_KEYFRAMES = re.compile(r"[a-z_][\w-]*", re.IGNORECASE | re.ASCII)
_WRITTEN_URL = re.compile(r'url\("([^"#]+)(#[^"]*)?"\)')

Rule = Any


@lru_cache(maxsize=512)
def scope_stylesheet(css: str, label: str, file: str) -> str:
    """Return ``css`` so that it styles nothing outside the boxes of the plugin ``label`` and the boxes within them.

    file    its path in the plugin's package, "static/todos/plugin.css"; named in errors, and relative URLs are
            held inside static/<label>/

    The result is one @layer rule with the keyframes, their names prefixed with the label, and one @scope rule with
    everything else. Raises PluginError for the first rule that can't be confined.
    """
    return _Sheet(label, file).scoped(css.removeprefix("\ufeff"))


def urls(scoped: str) -> list[str]:
    """Return the relative URLs in a sheet that ``scope_stylesheet`` has written, without their fragments."""
    return [match[1] for match in _WRITTEN_URL.finditer(scoped)]


def moved(scoped: str, folder: str) -> str:
    """Return a sheet that ``scope_stylesheet`` has written, for use from the parent of its ``folder``."""
    return _WRITTEN_URL.sub(lambda match: f'url("{folder}/{match[1]}{match[2] or ""}")', scoped)


class _Sheet:
    """One stylesheet on its way through the checks."""

    def __init__(self, label: str, file: str) -> None:
        if not _LABEL.fullmatch(label):
            raise PluginError(f'{file}: "{label}" is not the label of a plugin.')
        self._label = label
        self._source = Source(label, file)
        self._refuse = self._source.refuse
        self._keyframes: dict[str, str] = {}

    def scoped(self, css: str) -> str:
        rules = parse_rule_list(self._source.tokens(css), skip_whitespace=True)
        for rule in rules:
            if _is_at(rule, "keyframes"):
                name = self._keyframes_name(rule)
                self._keyframes[name] = f"{self._label}-{name}"
        keyframes = "".join(self._keyframes_rule(rule) for rule in rules if _is_at(rule, "keyframes"))
        others = self._rules([rule for rule in rules if not _is_at(rule, "keyframes")])
        box = f'[data-plugin="{self._label}"]'
        css = f"@layer plugin.{self._label}{{{keyframes}@scope ({box}) to (:scope [data-plugin]){{{others}}}}}\n"
        if "</style" in css.lower():
            raise PluginError(f'{self._source.file}: "</style" would end a style element: remove it.')
        return css

    def _rules(self, rules: Iterable[Rule]) -> str:
        """Write rules that stand outside of any style rule."""
        return "".join(self._group(rule) if rule.type == "at-rule" else self._style(rule) for rule in rules)

    def _style(self, rule: Rule) -> str:
        if rule.type == "error":
            self._refuse(rule.source_line, "A rule has no block", "Write { } after its selector.")
        self._check_selector(rule.prelude, rule.source_line)
        return f"{_text(rule.prelude)}{{{self._block(rule.content)}}}"

    def _group(self, rule: Rule, nested: bool = False) -> str:
        name = rule.lower_at_keyword
        if name == "keyframes":
            self._refuse(
                rule.source_line,
                "@keyframes stands inside another rule",
                "Move it to the top of the file, and put the condition around the animation property.",
            )
        if rule.content is None and name != "layer":
            self._refuse(rule.source_line, f"@{name} has no block", "Write { } after it.")
        self._check_prelude(rule)
        start = " ".join(filter(None, (f"@{name}", _text(rule.prelude))))
        if rule.content is None:
            return f"{start};"
        if nested:
            return f"{start}{{{self._block(rule.content)}}}"
        return f"{start}{{{self._rules(parse_rule_list(rule.content, skip_whitespace=True))}}}"

    def _check_prelude(self, rule: Rule) -> None:
        if rule.lower_at_keyword == "scope":
            self._check_selector(rule.prelude, rule.source_line)
        if any(part.type == "at-keyword" for part in rule.prelude):
            self._refuse(rule.source_line, f"@{rule.lower_at_keyword} is not closed", "Add its block or a semicolon.")

    def _check_selector(self, prelude: Sequence[Token], line: int) -> None:
        if not _text(prelude):
            self._refuse(line, "A rule has no selector", "Write one before the block.")
        if any(part.type == "at-keyword" or part == ";" for part in prelude):
            self._refuse(line, "A declaration or an at-rule runs into a selector", "Put declarations into :scope { }.")
        self._check_compounds(prelude)

    def _check_compounds(self, tokens: Sequence[Token]) -> None:
        before = ""
        for token in tokens:
            if token.type in ("function", "() block"):
                if before == ":" and token.type == "function" and token.lower_name.startswith("host"):
                    self._refuse(token.source_line, ":host() is not allowed", "Use :scope for the plugin's own box.")
                self._check_compounds(token.arguments if token.type == "function" else token.content)
            elif token.type == "ident":
                shown = f"{before}{token.lower_value}" if before in (".", ":") else token.lower_value
                if shown in (":root", ":host", "html", "body"):
                    self._refuse(
                        token.source_line,
                        f'The selector names "{shown}", which lies outside the plugin',
                        "Use :scope for the plugin's own box.",
                    )
            before = token.value if token.type == "literal" else ""

    # Blocks

    def _block(self, content: Sequence[Token]) -> str:
        """Write the content of a style rule: declarations and nested rules."""
        self._check_custom_values(content)
        written = []
        for node in parse_blocks_contents(content, skip_whitespace=True):
            if node.type == "declaration":
                written.append(self._declaration(node))
            elif node.type == "at-rule":
                written.append(self._group(node, nested=True))
            elif node.type == "qualified-rule":
                written.append(self._style(node))
            else:
                self._refuse(node.source_line, "This is not a declaration", "Write it as name: value.")
        return "".join(written)

    def _check_custom_values(self, content: Sequence[Token]) -> None:
        """Refuse a custom property with a block and more in its value, which browsers read on beyond the block."""
        statement: list[Token] = []
        for part in [*(token for token in content if token.type != "whitespace"), ";"]:
            if part == ";":
                if len(statement) > 3 and any(one.type == "{} block" for one in statement):
                    name = statement[0]
                    self._refuse(name.source_line, f"{name.value} holds more than a block", "Let { } stand alone.")
                statement = []
            elif statement or (part.type == "ident" and part.value.startswith("--")):
                statement.append(part)
                if len(statement) == 2 and part != ":":
                    statement = []

    def _declaration(self, node: Rule) -> str:
        name, value, line = node.lower_name, node.value, node.source_line
        custom = name.startswith("--")
        if not custom:
            if not _text(value):
                self._refuse(line, f"{name} has no value", "Write one after the colon.")
            if any(token.type == "{} block" for token in value):
                self._refuse(line, f"The value of {name} is a block", "Write & before a nested selector.")
        if any(token.type == "at-keyword" for token in value):
            self._refuse(line, f"{name} has an at-rule in its value", "Add the missing semicolon or block.")
        if custom:
            self._check_custom(node.name, value)
        elif name == "position":
            self._check_position(value)
        elif name.removeprefix("-webkit-") in ("animation", "animation-name"):
            self._rename_animations(value)
        return f"{serialize_identifier(node.name if custom else name)}:{_text(value)};"

    def _check_position(self, value: Sequence[Token]) -> None:
        for token in value:
            if token.type != "whitespace" and not (token.type == "ident" and token.lower_value in POSITIONS):
                self._refuse(
                    token.source_line,
                    f"position: {_text([token])} is not allowed",
                    "The plugin's box confines its content; use absolute or sticky, or <dialog> and popover.",
                )

    def _check_custom(self, name: str, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type in ("ident", "string") and token.value in self._keyframes:
                self._refuse(
                    token.source_line,
                    f'{name} holds the name of the keyframes "{token.value}", which get the plugin\'s prefix',
                    "Write the name in animation or animation-name, or give the keyframes another one.",
                )
            self._check_custom(name, _inside(token))

    def _rename_animations(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type == "function" and token.lower_name in ("var", "env"):
                self._rename_animations(token.arguments)
            elif token.type in ("ident", "string"):
                if token.value in self._keyframes:
                    _rename(token, self._keyframes[token.value])
                elif token.type == "string" or (
                    token.lower_value not in ANIMATION_WORDS and not token.value.startswith("--")
                ):
                    self._refuse(
                        token.source_line,
                        f'There are no keyframes "{token.value}" in this file',
                        "Add them, because each file's keyframes are its own.",
                    )

    # Keyframes

    def _keyframes_name(self, rule: Rule) -> str:
        names = [token for token in rule.prelude if token.type != "whitespace"]
        if len(names) != 1 or names[0].type not in ("ident", "string") or rule.content is None:
            self._refuse(rule.source_line, "@keyframes needs one name and a block", "Write @keyframes name { … }.")
        name: str = names[0].value
        if name.lower() in ANIMATION_WORDS or not _KEYFRAMES.fullmatch(name):
            self._refuse(
                rule.source_line,
                f'"{name}" can\'t be the name of keyframes',
                "Use letters, digits, - and _, and no word that means something else in an animation.",
            )
        return name

    def _keyframes_rule(self, rule: Rule) -> str:
        frames = []
        for frame in parse_rule_list(rule.content, skip_whitespace=True):
            moments = getattr(frame, "prelude", ())
            odd = [part for part in moments if part.type not in ("ident", "percentage", "whitespace") and part != ","]
            if frame.type != "qualified-rule" or odd or not _text(moments):
                self._refuse(frame.source_line, "This is not a keyframe", "Write from, to or a percentage, then { }.")
            declarations = parse_blocks_contents(frame.content, skip_whitespace=True)
            for node in declarations:
                if node.type != "declaration":
                    self._refuse(node.source_line, "This is not a declaration", "Write it as name: value.")
            frames.append(f"{_text(moments)}{{{''.join(map(self._declaration, declarations))}}}")
        return f"@keyframes {serialize_identifier(self._keyframes[self._keyframes_name(rule)])}{{{''.join(frames)}}}"


def _is_at(rule: Rule, name: str) -> bool:
    return bool(rule.type == "at-rule" and rule.lower_at_keyword == name)


def _inside(token: Token) -> Sequence[Token]:
    return getattr(token, "content", None) or getattr(token, "arguments", None) or ()


def _text(tokens: Sequence[Token]) -> str:
    """Write tokens without the whitespace around them; stripping the text instead would cut an escaped space."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].type == "whitespace":
        start += 1
    while start < end and tokens[end - 1].type == "whitespace":
        end -= 1
    return str(serialize(tokens[start:end]))


def _rename(token: Token, name: str) -> None:
    token.value = name
    if token.type == "string":
        token.representation = f'"{name}"'
