"""Verdicts on files beside those of Backstage's own validators."""

from __future__ import annotations

import json

import pytest

from conformance.__main__ import main
from conformance.corpus import compare
from plugins.catalog.tests import corpus

GOOD = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: shop}\nspec: {owner: payments}\n"


@pytest.fixture
def write(tmp_path):
    """A function that writes a corpus of one document with what Backstage is to have said of it."""

    def written(text, **verdict):
        (tmp_path / "catalog").mkdir()
        (tmp_path / "catalog" / "a.yaml").write_text(text, encoding="utf-8")
        line = {"dir": "catalog", "file": "a.yaml", "doc": 0, **verdict}
        (tmp_path / "oracle.jsonl").write_text(json.dumps(line), encoding="utf-8")
        return tmp_path

    return written


def test_verdicts_stages_words_relations_and_lines_on_the_corpus_are_those_of_backstage_or_differ_for_a_reason():
    found = compare(corpus.folder())
    assert found.documents > 0
    assert [one for one in found.differences if not one.reason] == []
    for aspect in ("verdict", "stage", "words", "relations"):
        assert found.aspects[aspect][0] == found.aspects[aspect][1], aspect


def test_each_difference_is_printed_and_one_without_a_known_reason_is_a_failure(write, capsys):
    folder = write(GOOD, ok=False, stage="kind", error="/spec must have required property 'x' - missingProperty: x")
    assert main(folder) == 1
    printed = capsys.readouterr().out
    assert "catalog/a.yaml document 1: stage" in printed
    assert "Backstage: kind" in printed
    assert "not known" in printed


def test_a_line_beside_the_place_that_backstage_names_is_a_difference(write):
    text = GOOD.replace("{owner: payments}", "\n  domain: x")
    error = "/metadata must have required property 'owner' - missingProperty: owner"
    found = compare(write(text, ok=False, stage="kind", error=error))
    assert [(one.foyer, one.backstage) for one in found.differences if one.aspect == "line"] == [("4", "3")]


def test_other_relations_are_a_difference(write):
    found = compare(
        write(GOOD, ok=True, stage="done", relations=[["system:default/shop", "partOf", "domain:default/x"]])
    )
    assert [one.aspect for one in found.differences] == ["relations"]


def test_a_folder_without_verdicts_is_refused(tmp_path, capsys):
    assert main(tmp_path) == 2
    assert "CORPUS=DIR" in capsys.readouterr().out
