"""What patterns of paths and addresses mean, and that no pattern makes matching hang."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.catalog.config import RuleLocation
from plugins.catalog.reading import trees

PATTERNS = st.lists(st.text(st.sampled_from("a.*?"), max_size=5) | st.just("**"), min_size=1, max_size=6)
PATHS = st.lists(st.text(st.sampled_from("ab."), min_size=1, max_size=4), min_size=1, max_size=6)


def is_dots(step):
    return step in ("", ".", "..")


def is_hidden(step):
    return not step or step[0] == "."


def takes(sign, step, is_skipped):
    """Say whether one step of a pattern takes one of a path, by the definition."""
    if sign[:1] in ("*", "?") and is_skipped(step):
        return False
    if is_dots(step) and sign != step:
        return False
    return fnmatchcase(step, sign)


def means(pattern, path, is_skipped):
    """Say whether the steps of a pattern mean those of a path, by the definition and without a thought of time."""
    if not (pattern and path):
        return not (pattern or path)
    sign, *signs = pattern
    step, *steps = path
    if sign != "**":
        return takes(sign, step, is_skipped) and means(signs, steps, is_skipped)
    if not signs and not steps:
        return not step or not is_skipped(step)
    return (bool(signs) and means(signs, path, is_skipped)) or (
        not is_skipped(step) and means(pattern, steps, is_skipped)
    )


@given(PATTERNS, PATHS)
@example(["**", "*a*b", "**", ".a", "**", "b"], ["a", "aab", ".a", "ab", "b"])
@example(["**", "a", "**", "a", "b"], ["a", "b", "a", "a", "b"])
def test_a_pattern_of_files_means_what_its_signs_mean_step_by_step(pattern, path):
    found = trees.compiled("/".join(pattern)).fullmatch("/".join(path))
    steps = [step for place, step in enumerate(pattern) if step or place in (0, len(pattern) - 1)]
    assert bool(found) == means(steps, path, is_hidden)


@given(PATTERNS, PATHS)
@example(["**", ".*", "**", "b"], [".a", "..", "b"])
def test_a_pattern_of_a_rule_means_what_its_signs_mean_step_by_step(pattern, path):
    found = RuleLocation(type="url", pattern="/".join(["h", *pattern])).matches(
        "url", "/".join(["h", *path]), PurePosixPath("/")
    )
    steps = [step for place, step in enumerate(pattern) if step or place == len(pattern) - 1]
    assert found == means(["h", *steps], ["h", *path], is_dots)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("*a" * 9 + "*", "a" * 60 + "/b"), ("**/a/" * 7 + "c", "a/" * 60 + "b"), ("**/*a*a*a/" * 4 + "c", "aaaa/" * 60)],
)
def test_many_wildcards_are_no_work_of_minutes(pattern, path):
    begun = time.process_time()
    assert not trees.compiled(pattern).fullmatch(path)
    assert time.process_time() - begun < 5
