"""Whose a problem is when no document says it."""

from __future__ import annotations

import pytest

from plugins.catalog.ingestion import files
from plugins.catalog.models import Problem
from plugins.catalog.tests.files import component, group, read, write

pytestmark = pytest.mark.django_db

PAYMENTS = "group:default/payments"


def owners(folder, *targets):
    read(folder, *targets)
    return set(Problem.objects.values_list("owner_ref", flat=True))


def test_yaml_that_breaks_is_a_problem_of_who_owns_what_the_file_brought(tmp_path):
    write(tmp_path, a=component("one") + "---\n" + component("two") + "---\n" + group("payments"))
    write(tmp_path, b=component("three", owner="checkout"))
    read(tmp_path)
    write(tmp_path, a="a: [")
    assert owners(tmp_path) == {PAYMENTS}


def test_a_document_that_breaks_is_a_problem_of_who_owns_the_others_of_its_file(tmp_path):
    write(tmp_path, a=component("one") + "---\na: [\n", b=component("two", owner="checkout"))
    assert owners(tmp_path) == {PAYMENTS}


def test_a_file_that_can_not_be_read_is_a_problem_of_who_owns_what_it_brought(tmp_path, monkeypatch):
    write(tmp_path, a=component("one"), b=component("two", owner="checkout"))
    read(tmp_path)
    write(tmp_path, a=component("one") + "#" * 2_000)
    monkeypatch.setattr(files, "MAX_BYTES", 1_000)
    assert owners(tmp_path) == {PAYMENTS}


def test_a_new_file_that_breaks_is_a_problem_of_who_owns_what_its_location_brought(tmp_path):
    write(tmp_path, pay__a=component("one"), shop__a=component("two", owner="checkout"), pay__b="a: [")
    assert owners(tmp_path, "pay", "shop") == {PAYMENTS}


def test_a_problem_of_what_several_own_has_no_owner(tmp_path):
    write(tmp_path, a=component("one") + "---\n" + component("two", owner="checkout") + "---\na: [")
    assert owners(tmp_path) == {""}


def test_what_a_document_says_comes_before_what_its_file_brought(tmp_path):
    bad = component("two", owner="checkout").replace("  lifecycle: production\n", "")
    write(tmp_path, a=component("one") + "---\n" + bad)
    assert owners(tmp_path) == {"group:default/checkout"}
