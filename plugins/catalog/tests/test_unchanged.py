"""A source that is as it was is not parsed again, and nothing that parsing would have shown is missed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.config import Rule
from plugins.catalog.ingestion import fingerprints
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.ingestion.stitching import refresh_stale
from plugins.catalog.ingestion.writing import remove
from plugins.catalog.models import Entity, Problem, SourceFingerprint
from plugins.catalog.tests.files import component, configured, group, read, stated, write
from portal.api import yaml12

pytestmark = pytest.mark.django_db

LOCATION = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: {}
spec:
  target: {}
"""


@pytest.fixture
def parsed(monkeypatch):
    """The catalog files that were parsed; the configuration may be, too."""
    texts, iterate = [], yaml12.iterate

    def noting(text):
        texts.extend([text] if b"backstage.io/v1alpha1" in text else [])
        return iterate(text)

    monkeypatch.setattr(yaml12, "iterate", noting)
    return texts


def test_only_a_source_that_changed_is_parsed(tmp_path, parsed):
    write(tmp_path, a=component("one") + "---\n" + group("payments"), b=component("two"))
    read(tmp_path)
    parsed.clear()
    summary = read(tmp_path)
    assert (summary.unchanged, summary.files, parsed) == (3, 2, [])
    write(tmp_path, b=component("two", owner="checkout"))
    summary = read(tmp_path)
    assert (summary.unchanged, summary.changed, len(parsed)) == (2, 1, 1)


def test_a_source_with_a_problem_is_parsed_each_time(tmp_path, parsed):
    write(tmp_path, a=component("one") + "---\nkind: [")
    read(tmp_path)
    since = Problem.objects.get().first_seen
    read(tmp_path)
    assert len(parsed) == 2
    assert Problem.objects.get().first_seen == since


@pytest.mark.parametrize("key", ["$text", '"\\x24text"'])
def test_a_change_in_a_file_that_a_placeholder_names_is_seen(tmp_path, key):
    (tmp_path / "d.txt").write_text("old")
    write(tmp_path, a=component("one", more=f"  definition:\n    {key}: ./d.txt"))
    read(tmp_path)
    (tmp_path / "d.txt").write_text("new")
    assert read(tmp_path).changed == 1


def test_a_change_in_a_file_that_a_location_names_is_seen(tmp_path):
    write(tmp_path, all=LOCATION.format("all", "./more/one.yaml"), more__one=component("one"))
    read(tmp_path, "all.yaml")
    write(tmp_path, more__one=component("one", owner="checkout"))
    assert read(tmp_path, "all.yaml").changed == 1


def test_an_entity_that_was_removed_comes_back(tmp_path):
    write(tmp_path, a=component("one") + "---\n" + component("two"))
    read(tmp_path)
    remove(["component:default/one"])
    assert read(tmp_path).added == 1


def test_other_rules_hold_for_what_did_not_change(tmp_path):
    write(tmp_path, a=component("one"))
    read(tmp_path)
    stricter = configured().model_copy(update={"rules": (Rule(allow=("Group",)),)})
    ingest(stricter, tmp_path)
    assert Problem.objects.get().stage == "rules"


def test_another_version_of_the_portal_reads_everything_again(tmp_path, parsed, monkeypatch):
    write(tmp_path, a=component("one"))
    read(tmp_path)
    monkeypatch.setattr(fingerprints, "portal_version", "9.9.9")
    read(tmp_path)
    assert len(parsed) == 2


def test_a_reference_that_an_unchanged_source_has_is_refused_to_others_with_its_line(tmp_path):
    write(tmp_path, b="# of the team\n" + component("one"))
    read(tmp_path)
    write(tmp_path, a=component("one", owner="checkout"))
    read(tmp_path)
    problem = Problem.objects.get()
    assert (problem.file, problem.reason) == ("a.yaml", "component:default/one is already defined in b.yaml line 2")


def test_a_reference_that_another_source_took_is_a_problem_of_the_unchanged_one(tmp_path):
    write(tmp_path, z=LOCATION.format("all", "./more/one.yaml"), more__one=component("one"))
    read(tmp_path, "*.yaml")
    # What a location leads to is not known before the location is read.
    write(tmp_path, a=component("one", owner="checkout"))
    read(tmp_path, "*.yaml")
    assert Problem.objects.get().file == "more/one.yaml"


def test_a_text_that_became_what_it_was_is_parsed_when_its_entities_did_not(tmp_path):
    write(tmp_path, a=component("one"))
    read(tmp_path)
    write(tmp_path, a=component("one", owner="checkout"))
    ingest(configured(), tmp_path, "a.yaml")
    write(tmp_path, a=component("one"))
    assert read(tmp_path).changed == 1
    assert stated().get().owner_ref == "group:default/payments"


def test_what_is_not_read_any_more_is_forgotten(tmp_path):
    write(tmp_path, a=component("one"), b=component("two"))
    read(tmp_path)
    (tmp_path / "a.yaml").unlink()
    read(tmp_path)
    assert SourceFingerprint.objects.count() == 1


DOCUMENTS = st.sampled_from(
    (
        *(component(name, owner=owner) for name in ("one", "two", "three") for owner in ("payments", "checkout")),
        component("one", more="  dependsOn: [component:two, component:absent]"),
        component("two", more="  definition:\n    $text: ./d.txt"),
        group("payments"),
        LOCATION.format("all", "./more/e.yaml"),
        "kind: [",
        "kind: Component",
    )
)
TEXTS = st.lists(DOCUMENTS, max_size=3).map("---\n".join)
CHANGES = st.one_of(
    st.tuples(st.sampled_from(("a.yaml", "b.yaml", "c.yaml", "more/e.yaml")), TEXTS),
    st.tuples(st.just("d.txt"), st.sampled_from(("old", "new"))),
    st.tuples(st.just("gone"), st.sampled_from(("a.yaml", "b.yaml", "c.yaml", "more/e.yaml"))),
    st.tuples(st.just("removed"), st.sampled_from(("component:default/one", "component:default/two"))),
    st.tuples(st.just("alone"), st.sampled_from(("a.yaml", "b.yaml"))),
)


def state():
    entities = Entity.objects.order_by("ref").values_list("ref", "data", "file", "line", "digest")
    problems = Problem.objects.order_by("digest").values_list("file", "line", "reason", "fix", "ref", "owner_ref")
    return list(entities), list(problems)


@given(rounds=st.lists(st.lists(CHANGES, min_size=1, max_size=4), min_size=1, max_size=4))
def test_parsing_everything_would_have_led_to_the_same(rounds):
    with TemporaryDirectory() as name, transaction.atomic():
        folder = Path(name)
        write(folder, more__e=component("three"), a=component("one"))
        (folder / "d.txt").write_text("old")
        read(folder, "*.yaml")
        for changes in rounds:
            for what, text in changes:
                if what == "gone":
                    (folder / text).unlink(missing_ok=True)
                elif what == "removed":
                    remove([text])
                    refresh_stale()
                elif what == "alone":
                    ingest(configured("*.yaml"), folder, text)
                else:
                    (folder / what).write_text(text)
            with transaction.atomic():
                SourceFingerprint.objects.all().delete()
                summary = read(folder, "*.yaml")
                expected = str(summary).partition(" s: ")[2], state()
                transaction.set_rollback(True)
            summary = read(folder, "*.yaml")
            assert (str(summary).partition(" s: ")[2], state()) == expected
        transaction.set_rollback(True)
