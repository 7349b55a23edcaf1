"""What is wrong with a text, in plain words and with its place."""

from __future__ import annotations

import yaml

from portal.services.yaml12 import bounds

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
    ("exceeded maximum nesting depth", f"nested more than {bounds.MAX_DEPTH} levels deep"),
    ("control characters are not allowed", "control characters are not allowed; remove them"),
    ("invalid Unicode character escape code", "the escape stands for no character; write the character itself"),
    ("did not find expected <document start>", "something follows the end of the document; check the indentation"),
)


class YamlError(ValueError):
    """Text that can't be read, with the place and a reason in plain words."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason}")
        self.reason = reason
        self.line = line
        self.column = column


def explained(error: yaml.MarkedYAMLError, line: int) -> YamlError:
    """What the parser found wrong in a document that begins at ``line``."""
    problem = error.problem or "can't be read as YAML"
    reason = next((reason for words, reason in _REASONS if words in problem), problem)
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return YamlError(reason, line, 1)
    return YamlError(reason, line + mark.line, mark.column + 1)


def too_many(line: int, column: int) -> YamlError:
    """The error of a document with more values than it may have."""
    return YamlError(f"more than {bounds.MAX_VALUES:,} values in one document, aliases expanded", line, column)
