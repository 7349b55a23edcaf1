"""Documents that are far too large, too deep or hold what JSON lacks are problems, and take no other with them."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from plugins.catalog.models import Problem
from plugins.catalog.tests.files import component, read, stated, write

pytestmark = pytest.mark.django_db

HUGE = {"digits": "9" * 309, "negative": "-" + "9" * 309, "hexadecimal": "0x" + "f" * 300, "exponent": "1e999"}


def names():
    return set(stated().values_list("name", flat=True))


@pytest.mark.parametrize("number", [*HUGE.values(), ".inf", ".nan"], ids=[*HUGE, "infinity", "nan"])
def test_a_number_that_javascript_reads_as_infinite_is_a_problem_on_its_line(tmp_path, number):
    more = f"  extra:\n    fine: {'9' * 300}\n    list:\n      - 1\n      - {number}"
    write(tmp_path, a=component("one", more=more), b=component("two"))
    read(tmp_path)
    problem = Problem.objects.get()
    assert (problem.stage, problem.reason) == ("policy", "A number is infinite or not a number")
    assert (problem.line, names()) == (14, {"two"})


def test_a_number_that_is_infinite_in_a_file_is_a_problem_where_the_file_is_named(tmp_path):
    (tmp_path / "n.json").write_text(json.dumps({"x": [10**400]}))
    write(tmp_path, a=component("one", more="  extra:\n    $json: ./n.json"), b=component("two"))
    read(tmp_path)
    problem = Problem.objects.get()
    assert (problem.reason, problem.line) == ("A number is infinite or not a number", 10)
    assert names() == {"two"}


@pytest.mark.parametrize(("levels", "accepted"), [(98, True), (99, False), (500, False)])
def test_what_a_placeholder_brings_counts_to_the_levels_of_the_document(tmp_path, levels, accepted):
    (tmp_path / "d.json").write_text("[" * levels + "]" * levels)
    write(tmp_path, a=component("deep", metadata="  x:\n    $json: ./d.json"), b=component("two"))
    read(tmp_path)
    assert names() == ({"deep", "two"} if accepted else {"two"})
    if not accepted:
        problem = Problem.objects.get()
        assert (problem.reason, problem.line) == ("Nested more than 100 levels deep", 5)


def test_placeholders_of_one_document_read_so_much_text_and_no_more(tmp_path):
    (tmp_path / "big.txt").write_text("x" * 3_000_000)
    many = "\n".join(["  definitions:", *["    - $text: ./big.txt"] * 150])
    write(tmp_path, a=component("one", more=many), b=component("two", more="  x:\n    $text: ./big.txt"))
    read(tmp_path)
    problem = Problem.objects.get()
    assert problem.reason == "Placeholders of this document read more than 8,000,000 bytes"
    assert (problem.stage, problem.line, names()) == ("placeholder", 13, {"two"})


@pytest.mark.parametrize("key", ["json", "yaml"])
def test_placeholders_of_one_document_bring_so_many_values_and_no_more(tmp_path, key):
    (tmp_path / "many").write_text(f"[{'[],' * 60_000}1]")
    more = f"  attachments:\n    - ${key}: ./many\n    - ${key}: ./many"
    write(tmp_path, a=component("one", more=more), b=component("two", more=f"  attachments:\n    ${key}: ./many"))
    read(tmp_path)
    problem = Problem.objects.get()
    assert problem.reason == "Placeholders of this document bring more than 100,000 values"
    assert problem.line == 12
    assert "attachments" in stated().get(name="two").data


def test_a_json_file_with_too_many_values_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "many.json").write_text(f"[{'[],' * 2_000_000}1]")
    (tmp_path / "commas.json").write_text(json.dumps('a,[{\\" ' * 100_000))
    write(
        tmp_path,
        a=component("one", more="  x:\n    $json: ./many.json"),
        b=component("two", more="  x:\n    $json: ./commas.json"),
    )
    read(tmp_path)
    assert "more than 100,000 values" in Problem.objects.get().reason
    assert names() == {"two"}


def test_many_large_definitions_are_never_held_at_once(tmp_path):
    (tmp_path / "big.txt").write_text("x" * 2_000_000)
    more = "  definition:\n    $text: ./big.txt\n  dependsOn: [component:c{}]"
    write(tmp_path, a="---\n".join(component(f"c{number}", more=more.format(number + 1)) for number in range(60)))
    tracemalloc.start()
    try:
        read(tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(names()) == 60
    assert peak < 100_000_000
