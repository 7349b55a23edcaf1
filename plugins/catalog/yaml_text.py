"""Entities as YAML, written as people write it and read back by YAML 1.2 as what it was."""

from __future__ import annotations

from typing import Any

import yaml

from portal.api import yaml12

WIDTH = 100
_BREAKS_OF_1_1 = frozenset("\u0085\u2028\u2029")


def dump(value: Any, *, in_brackets: bool = False) -> str:
    """One document, keys in their order, texts of several lines as blocks, lists indented under their key.

    in_brackets  lists of texts stand as [one, two] on their key's line
    """
    flow = None if in_brackets else False
    return yaml.dump(value, Dumper=_Dumper, default_flow_style=flow, sort_keys=False, allow_unicode=True, width=WIDTH)


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.2 would not read as a text, which PyYAML, at home in 1.1, does not know."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None if "\r" in text or _reads_as(text) == text else "'"
    if not _BREAKS_OF_1_1.isdisjoint(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _reads_as(text: str) -> Any:
    try:
        return yaml12.load(text)
    except yaml12.YamlError:
        return text  # PyYAML quotes it by itself.


_Dumper.add_representer(str, _text)
