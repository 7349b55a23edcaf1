"""Foyer's verdict on entity files beside that of Backstage's own validators.

A corpus is a folder with ``oracle.jsonl``, one line for each YAML document that is not empty: ``dir`` and ``file``, its
place in the folder; ``doc``, which document of the file, from 0; ``ok``; ``stage`` where it failed (parse, envelope,
preprocess, policy, kind, relations), or done; ``error``, Backstage's words; ``relations``, [source, type, target] each.
Placeholders are not resolved in it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from plugins.catalog.validation import Rejected, check
from portal.api import yaml12

ASPECTS = ("verdict", "stage", "words", "relations", "line")
_PARSE_PLACE = re.compile(r" at line (\d+), column \d+:")
_ROOT_KEYS = frozenset(("apiVersion", "kind", "metadata", "spec", "relations", "status"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one document; ``line`` is where a person is sent to, 0 for a valid one."""

    stage: str
    words: str = ""
    relations: frozenset[tuple[str, str, str]] = frozenset()
    line: int = 0

    @property
    def ok(self) -> bool:
        """Say whether the document is an entity."""
        return self.stage == "done"


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect in which the two differ on one document, and why, "" when it is not known."""

    place: str
    aspect: str
    foyer: str
    backstage: str
    reason: str


@dataclass(slots=True)
class Agreement:
    """How often the two said the same: by aspect, (the same, compared); by stage of Backstage's, likewise."""

    documents: int = 0
    aspects: dict[str, tuple[int, int]] = field(default_factory=dict)
    stages: dict[str, tuple[int, int]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


def compare(folder: Path) -> Agreement:
    """Judge every document that the oracle speaks of. Raises OSError when a file of it can't be read."""
    found = Agreement()
    aspects: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    stages: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (directory, file), oracle in _oracle(folder).items():
        content = (folder / directory / file).read_bytes()
        documents = [one for one in yaml12.load_all(content) if one.value is not None or one.error]
        if len(documents) != len(oracle):
            found.differences.append(
                Difference(f"{directory}/{file}", "documents", str(len(documents)), str(len(oracle)), "")
            )
            continue
        for document, stated in zip(documents, oracle, strict=True):
            place = f"{directory}/{file} document {document.index + 1}"
            ours, theirs = judge(document), _stated(stated)
            found.documents += 1
            same = stages[theirs.stage]
            same[0] += ours.stage == theirs.stage
            same[1] += 1
            for aspect, here, there in _aspects(ours, theirs, stated, content):
                aspects[aspect][1] += 1
                if here == there or (aspect == "line" and here in there):
                    aspects[aspect][0] += 1
                else:
                    reason = _reason(aspect, ours, theirs, there)
                    found.differences.append(Difference(place, aspect, _shown(here), _shown(there), reason))
    found.aspects = {name: (same, of) for name, (same, of) in aspects.items()}
    found.stages = {name: (same, of) for name, (same, of) in sorted(stages.items())}
    return found


def judge(document: yaml12.Document) -> Verdict:
    """Foyer's verdict."""
    if document.error:
        return Verdict("parse", document.error.reason, line=document.error.line)
    try:
        _, relations = check(document.value)
    except Rejected as error:
        return Verdict(str(error.stage), error.reason, line=document.position(error.path).line)
    return Verdict("done", relations=frozenset((one.source, one.type, one.target) for one in relations))


def _oracle(folder: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    with (folder / "oracle.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            stated = json.loads(line)
            found[stated["dir"], stated["file"]].append(stated)
    return dict(found)


def _stated(stated: dict[str, Any]) -> Verdict:
    relations = frozenset((one[0], one[1], one[2]) for one in stated.get("relations", ())) if stated["ok"] else ()
    return Verdict(stated["stage"], stated.get("error", ""), frozenset(relations))


def _aspects(ours: Verdict, theirs: Verdict, stated: dict[str, Any], content: bytes) -> Iterator[tuple[str, Any, Any]]:
    yield "verdict", ours.ok, theirs.ok
    yield "stage", ours.stage, theirs.stage
    if theirs.ok:
        yield "relations", ours.relations, theirs.relations
    elif not ours.ok:
        if theirs.stage != "parse":  # the two parsers have words of their own
            yield "words", ours.words, theirs.words
        yield "line", ours.line, lines_of(theirs, stated.get("doc", 0), content)


def lines_of(theirs: Verdict, index: int, content: bytes) -> frozenset[int]:
    """The lines, from 1, of what Backstage's words are about: the place it names, or the nearest thing around it.

    Its parser says the line itself. Found by PyYAML's own marks, which share nothing with the portal's positions.
    """
    if place := _PARSE_PLACE.search(theirs.words):
        return frozenset((int(place[1]),))
    try:
        nodes = [one for one in yaml.compose_all(content, Loader=yaml.SafeLoader) if one is not None]
        node = nodes[index]
    except (yaml.YAMLError, IndexError):
        return frozenset()
    if "<root> must NOT have additional properties" in theirs.words and isinstance(node, yaml.MappingNode):
        return frozenset(key.start_mark.line + 1 for key, _ in node.value if key.value not in _ROOT_KEYS)
    if "No processor recognized" in theirs.words and isinstance(node, yaml.MappingNode):
        return frozenset(key.start_mark.line + 1 for key, _ in node.value if key.value in ("apiVersion", "kind"))
    line = node.start_mark.line + 1
    for step in _path(theirs.words):
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if key.value == step), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
        else:
            break
    return frozenset((line,))


def _path(words: str) -> list[str]:
    if dotted := re.match(r'"([\w.]+)" is not valid', words):
        return dotted[1].split(".")
    if pointer := re.search(r"(?:^|, )/(\S+) must ", words):
        return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1].split("/")]
    return []


def _reason(aspect: str, ours: Verdict, theirs: Verdict, there: Any) -> str:
    """Why the two differ, for the kinds of difference that are known and meant; docs/backstage.md has them."""
    (there,) = there if aspect == "line" and len(there) == 1 else (None,)
    if there and ours.stage == theirs.stage == "parse" and ours.line == there + 1:
        return "lost indentation: Backstage's parser names the last line that could be right, ours the next"
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, frozenset):
        return ", ".join(" ".join(one) if isinstance(one, tuple) else str(one) for one in sorted(value)) or "nothing"
    return str(value)
