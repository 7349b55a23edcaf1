from __future__ import annotations

import json
import os

import pytest

from plugins.catalog.ingestion import batches as batching
from plugins.catalog.ingestion import files, placeholders, stitching
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.ingestion.progress import Progress
from plugins.catalog.models import Entity, Problem, Relation, Tag
from plugins.catalog.tests import corpus
from plugins.catalog.tests.files import component, configured, group, read, stated, write

pytestmark = pytest.mark.django_db


def refs():
    return set(stated().values_list("ref", flat=True))


def test_every_document_of_every_file_becomes_an_entity(tmp_path):
    write(tmp_path, a=component("one") + "---\n" + component("two"), deep__b=group("payments"))
    (tmp_path / "c.yml").write_text(component("three"))
    (tmp_path / "notes.txt").write_text("not for the catalog")
    summary = read(tmp_path)
    assert (summary.added, summary.files, summary.problems) == (4, 3, 0)
    assert refs() == {
        "component:default/one",
        "component:default/two",
        "component:default/three",
        "group:default/payments",
    }


def test_columns_hold_what_lists_need(tmp_path):
    more = "  system: shop\n  dependsOn: [resource:db]"
    write(tmp_path, a="# a comment\n" + component("one", more=more, metadata="  title: One\n  tags: [go, core, go]"))
    read(tmp_path)
    entity = stated().get()
    assert (entity.kind, entity.namespace, entity.name, entity.title) == ("Component", "default", "one", "One")
    assert (entity.type, entity.lifecycle) == ("service", "production")
    assert (entity.owner_ref, entity.system_ref) == ("group:default/payments", "system:default/shop")
    assert (entity.file, entity.line) == ("a.yaml", 2)
    assert set(Tag.objects.values_list("name", flat=True)) == {"go", "core"}
    assert json.loads(entity.data)["metadata"]["annotations"]["backstage.io/managed-by-location"] == "file:a.yaml"


def test_relations_are_kept_in_both_directions(tmp_path):
    write(tmp_path, a=component("one"))
    read(tmp_path)
    assert set(Relation.objects.values_list("source_ref", "type", "target_ref")) == {
        ("component:default/one", "ownedBy", "group:default/payments"),
        ("group:default/payments", "ownerOf", "component:default/one"),
    }


def test_reading_again_writes_nothing(tmp_path, django_assert_max_num_queries):
    write(tmp_path, a=component("one"), b=component("two"), c="- broken")
    read(tmp_path)
    before = list(stated().values_list("pk", "updated_at")), Problem.objects.get().first_seen
    summary = read(tmp_path)
    assert (summary.added, summary.changed, summary.unchanged, summary.removed) == (0, 0, 2, 0)
    assert (list(stated().values_list("pk", "updated_at")), Problem.objects.get().first_seen) == before


def test_a_changed_document_is_written_and_keeps_its_identity(tmp_path):
    write(tmp_path, a=component("one", metadata="  tags: [old]"))
    read(tmp_path)
    before = stated().get()
    write(tmp_path, a=component("one", owner="checkout", metadata="  tags: [new]"))
    assert read(tmp_path).changed == 1
    after = stated().get()
    assert (after.pk, after.created_at, after.uid) == (before.pk, before.created_at, before.uid)
    assert after.owner_ref == "group:default/checkout"
    assert after.updated_at > before.updated_at
    assert [tag.name for tag in after.tags.all()] == ["new"]
    assert not Relation.objects.filter(target_ref="group:default/payments").exists()


def test_what_is_gone_disappears_with_its_relations(tmp_path):
    write(tmp_path, a=component("one"), b=component("two"))
    read(tmp_path)
    (tmp_path / "b.yaml").unlink()
    assert read(tmp_path).removed == 1
    assert refs() == {"component:default/one"}
    assert not Relation.objects.filter(source_ref="component:default/two").exists()


def test_of_two_with_one_reference_the_first_file_wins_and_the_other_is_told(tmp_path):
    write(tmp_path, b=component("one", owner="second"), a=component("One", owner="first"))
    read(tmp_path)
    assert stated().get().owner_ref == "group:default/first"
    problem = Problem.objects.get()
    assert (problem.file, problem.stage) == ("b.yaml", "duplicate")
    assert "already defined in a.yaml line 1" in problem.reason


def test_when_the_first_goes_the_second_takes_its_place(tmp_path):
    write(tmp_path, a=component("one", owner="first"), b=component("one", owner="second"))
    read(tmp_path)
    (tmp_path / "a.yaml").unlink()
    read(tmp_path)
    assert stated().get().owner_ref == "group:default/second"
    assert not Problem.objects.exists()


def test_a_broken_document_hides_no_other_and_says_where_and_what_to_do(tmp_path):
    broken = component("two").replace("  lifecycle: production\n", "")
    write(tmp_path, a=component("one") + "---\n" + broken + "---\na: [\n---\n" + component("three"), b="a: \x01")
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe")
    read(tmp_path)
    assert refs() == {"component:default/one", "component:default/three"}
    found = {(p.file, p.document): (p.stage, p.line) for p in Problem.objects.all()}
    assert found[("a.yaml", 1)] == ("kind", 17)
    assert found[("a.yaml", 2)][0] == "parse"
    assert found[("b.yaml", 0)][0] == "parse"
    assert found[("c.yaml", 0)][0] == "parse"
    problem = Problem.objects.get(document=1)
    assert problem.ref == "component:default/two"
    assert problem.owner_ref == "group:default/payments"
    assert problem.fix == 'Add "lifecycle: production" under spec.'


def test_a_mended_document_stops_being_a_problem(tmp_path):
    write(tmp_path, a="kind: Component")
    read(tmp_path)
    assert Problem.objects.count() == 1
    write(tmp_path, a=component("one"))
    read(tmp_path)
    assert not Problem.objects.exists()


def test_a_problem_keeps_the_time_it_was_first_seen_when_it_moves(tmp_path):
    write(tmp_path, a="kind: Component")
    read(tmp_path)
    before = Problem.objects.get()
    write(tmp_path, a="# pushed down\n\nkind: Component")
    read(tmp_path)
    after = Problem.objects.get()
    assert (after.first_seen, after.line) == (before.first_seen, 3)


def test_of_a_file_full_of_problems_the_first_thousand_are_listed_and_the_rest_counted(tmp_path):
    write(tmp_path, a="---\n".join("kind: Component\n" for _ in range(1_003)) + "---\n" + component("good"))
    assert read(tmp_path).problems == 1_003
    assert Problem.objects.count() == 1_001
    assert Problem.objects.order_by("line").last().reason.startswith("3 more problems of this file")
    assert refs() == {"component:default/good"}


def test_an_entity_beyond_the_listed_problems_is_kept_despite_its_own(tmp_path):
    broken = "---\n".join("kind: Component\n" for _ in range(1_001)) + "---\n"
    write(tmp_path, a=broken + component("good"))
    read(tmp_path)
    write(tmp_path, a=broken + component("good", metadata="  tags: [Not A Tag]"))
    read(tmp_path)
    assert refs() == {"component:default/good"}


def test_a_broken_document_of_another_location_does_not_keep_an_entity(tmp_path):
    write(tmp_path, a=component("one"), b=component("two"))
    read(tmp_path, "a.yaml", "b.yaml")
    write(tmp_path, a=component("three"), b=component("two") + "---\n" + component("one", metadata="  tags: 3"))
    read(tmp_path, "a.yaml", "b.yaml")
    assert refs() == {"component:default/two", "component:default/three"}


def test_an_entity_tells_of_its_first_twenty_broken_documents(tmp_path):
    write(tmp_path, a=component("one"))
    read(tmp_path)
    write(tmp_path, a="---\n".join(component("one", metadata=f"  tags: [Not {number}]") for number in range(30)))
    read(tmp_path)
    assert len(json.loads(stated().get().data)["status"]["items"]) == 20


def test_a_location_that_matches_nothing_is_a_problem(tmp_path):
    read(tmp_path, "absent/*.yaml")
    problem = Problem.objects.get()
    assert (problem.file, problem.stage) == ("absent/*.yaml", "read")


def test_a_file_in_two_locations_is_read_once(tmp_path):
    write(tmp_path, a=component("one"))
    summary = read(tmp_path, "a.yaml", "*.yaml", ".")
    assert (summary.files, summary.problems) == (1, 0)


def test_rules_of_a_location_refuse_other_kinds(tmp_path):
    write(tmp_path, a=component("one") + "---\n" + group("payments"))
    read(tmp_path, rules=[{"allow": ["component"]}])
    assert refs() == {"component:default/one"}
    assert "not of an allowed kind" in Problem.objects.get().reason


def api(definition):
    return f"""apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: orders
spec:
  type: openapi
  lifecycle: production
  owner: checkout
  definition:
    {definition}
"""


def test_a_placeholder_stands_for_a_file_beside_it(tmp_path):
    write(tmp_path, a=api("$text: ./openapi.json"))
    (tmp_path / "openapi.json").write_text('{"openapi": "3.1.0"}')
    read(tmp_path)
    assert json.loads(stated().get().data)["spec"]["definition"] == '{"openapi": "3.1.0"}'


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("$text: ./absent.json", "can't be read"),
        ("$text: ../outside.txt", "outside the folder"),
        ("$text: link.txt", "outside the folder"),
        ("$text: loop.txt", "can't be read"),
        ("$text: .", "not a file"),
        ("$text: /etc/passwd", "not a relative path"),
        ("$text: file:///etc/passwd", "not a relative path"),
        ("$text: https://example.com/openapi.json", "not a relative path"),
        ('$text: "a\\0b"', "not a relative path"),
        ("$text: 3", "expected a string"),
        ("$json: a.yaml", "failed to parse"),
        ("$json: nan.json", "failed to parse"),
        ("$yaml: two.txt", "a second begins here"),
    ],
)
def test_a_placeholder_reads_nothing_else(tmp_path, definition, reason):
    inside = tmp_path / "inside"
    write(inside, a=api(definition))
    (tmp_path / "outside.txt").write_text("secret")
    (inside / "link.txt").symlink_to(tmp_path / "outside.txt")
    (inside / "loop.txt").symlink_to(inside / "loop.txt")
    (inside / "nan.json").write_text("[NaN]")
    (inside / "two.txt").write_text("a\n---\nb")
    read(tmp_path, "inside")
    problem = Problem.objects.get()
    assert problem.stage == "placeholder"
    assert reason in problem.reason
    assert problem.line >= 9
    assert "secret" not in problem.reason


def test_a_link_out_of_the_location_is_not_followed(tmp_path):
    write(tmp_path, outside__a=component("hidden"), inside__b=component("one"))
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "outside" / "a.yaml")
    read(tmp_path, "inside")
    assert refs() == {"component:default/one"}
    assert "outside the folder" in Problem.objects.get().reason


def test_a_file_that_can_not_be_read_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    write(tmp_path, b=component("two"), c="x" * 1001)
    (tmp_path / "a.yaml").symlink_to(tmp_path / "absent.yaml")
    read(tmp_path)
    assert refs() == {"component:default/two"}
    assert {(p.file, p.stage) for p in Problem.objects.all()} == {("a.yaml", "read"), ("c.yaml", "read")}


def test_values_that_json_or_a_database_lacks_are_refused_or_cleaned(tmp_path):
    write(tmp_path, a=component("one", more="  weight: .inf"), b=component("two", metadata='  title: "a\\0b"'))
    read(tmp_path)
    assert stated().get().title == "ab"
    assert "infinite" in Problem.objects.get().reason


def test_long_texts_fit(tmp_path):
    write(tmp_path, a=component("one", metadata=f"  title: {'t' * 5000}").replace("service", "s" * 5000))
    read(tmp_path)
    entity = stated().get()
    assert (len(entity.title), len(entity.type), len(entity.sort_key)) == (5000, 255, 255)


def test_within_a_large_file_progress_is_told_too(tmp_path, monkeypatch):
    monkeypatch.setattr(batching, "BATCH", 10)
    write(tmp_path, a="---\n".join(component(f"c{number}") for number in range(25)))
    told = []

    class Told(Progress):
        def read(self, done, total, entities):
            told.append((done, total, entities))

    ingest(configured(), tmp_path, progress=Told())
    # The first batch begins with the location's own entity.
    assert told == [(0, 1, 0), (0, 1, 9), (0, 1, 19), (0, 1, 25), (1, 1, 25)]


def test_many_entities_take_few_statements(tmp_path, django_assert_max_num_queries):
    write(tmp_path, a="---\n".join(component(f"c{number}") for number in range(400)))
    with django_assert_max_num_queries(90):
        read(tmp_path)
    assert stated().count() == 400


def test_the_corpus_gives_the_entities_and_problems_that_backstage_sees(tmp_path):
    kinds = {"Component", "API", "Resource", "System", "Domain", "Group", "User"}
    place = corpus.folder() / "catalog"
    read(place)
    verdicts = [(file, verdict) for file, found in sorted(corpus.verdicts("catalog").items()) for verdict in found]
    first: dict[str, str] = {}
    later = []
    for file, verdict in verdicts:
        if verdict["ok"] and verdict["kind"] in kinds:
            if verdict["ref"] in first:
                later.append((file, verdict["ref"], first[verdict["ref"]]))
            else:
                first[verdict["ref"]] = file
    stored = dict(stated().values_list("ref", "file"))
    assert {ref: stored.get(ref) for ref in first} == first
    duplicates = {(p.file, p.ref): p.reason for p in Problem.objects.filter(stage="duplicate")}
    for file, ref, where in later:
        assert f"already defined in {where}" in duplicates[(file, ref)]
    problems = {(p.file, p.stage) for p in Problem.objects.filter(line__gte=1)}
    for file, verdict in verdicts:
        if verdict["stage"] in ("parse", "envelope"):
            assert (file, verdict["stage"]) in problems


def test_the_files_of_the_demo_hold_one_problem_and_no_loose_ends(settings):
    read(settings.BASE_DIR / "demo" / "catalog")
    assert stated().count() > 60
    assert [problem.ref for problem in Problem.objects.all()] == ["component:default/settlement-export"]
    targets = set(Relation.objects.values_list("target_ref", flat=True))
    assert targets <= refs()
    for entity in Entity.objects.filter(kind="API", type="openapi"):
        definition = json.loads(entity.data)["spec"]["definition"]
        assert definition.startswith(("{", "openapi:"))


@pytest.mark.parametrize("target", ["./**.yaml", "./x**/y.yaml", f"./{'x' * 5000}.yaml"])
def test_a_target_that_can_not_be_looked_for_is_a_problem_and_hides_nothing(tmp_path, target):
    location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec: "
    write(tmp_path, a=f"{location}{{targets: ['{target}']}}", b=component("one"))
    read(tmp_path)
    assert "component:default/one" in refs()
    assert "can't be" in Problem.objects.get().reason


def test_a_source_that_fails_as_nobody_foresaw_is_a_problem_and_keeps_what_it_brought(tmp_path, monkeypatch, caplog):
    write(tmp_path, a=component("one"), b=component("two"), c=component("three"))
    read(tmp_path)
    resolve = placeholders.resolve

    def failing(value, source, *args):
        if source.name == "b.yaml":
            raise RuntimeError("the moon is full")
        return resolve(value, source, *args)

    monkeypatch.setattr(placeholders, "resolve", failing)
    write(tmp_path, b=component("changed"), c=component("four"))
    read(tmp_path)
    assert refs() == {"component:default/one", "component:default/two", "component:default/four"}
    problem = Problem.objects.get()
    assert (problem.file, "RuntimeError: the moon is full" in problem.reason) == ("b.yaml", True)
    assert "b.yaml" in caplog.text


def test_an_entity_that_can_not_be_stored_is_a_problem_and_holds_up_no_others(tmp_path, monkeypatch, caplog):
    write(tmp_path, **{name: component(name) for name in ("one", "two", "three", "four", "five")})
    final = stitching.final

    def failing(entity, *args):
        if entity["metadata"]["name"] == "three":
            raise ValueError("out of range")
        return final(entity, *args)

    monkeypatch.setattr(stitching, "final", failing)
    read(tmp_path)
    assert {ref.partition("/")[2] for ref in refs()} == {"one", "two", "four", "five"}
    assert Problem.objects.get().ref == "component:default/three"


@pytest.mark.parametrize("target", ["svc", "svc/*.yaml", "svc/one.yaml"])
@pytest.mark.parametrize("is_absolute", [False, True])
def test_what_a_location_brought_stays_while_its_folder_is_away(tmp_path, target, is_absolute):
    (tmp_path / "svc").mkdir()
    write(tmp_path / "svc", one=component("one"))
    target = str(tmp_path / target) if is_absolute else target
    read(tmp_path, target)
    (tmp_path / "svc").rename(tmp_path / "elsewhere")
    summary = read(tmp_path, target)
    assert (refs(), summary.removed, summary.problems) == ({"component:default/one"}, 0, 1)
    (tmp_path / "elsewhere").rename(tmp_path / "svc")
    assert read(tmp_path, target).problems == 0


def test_what_a_pattern_of_a_location_entity_brought_stays_while_it_matches_nothing(tmp_path):
    (tmp_path / "svc").mkdir()
    write(tmp_path / "svc", one=component("one"))
    location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec: {target: './svc/*.yaml'}"
    write(tmp_path, all=location)
    read(tmp_path, "all.yaml")
    (tmp_path / "svc").rename(tmp_path / "elsewhere")
    read(tmp_path, "all.yaml")
    assert "component:default/one" in refs()
    assert Problem.objects.get().fix == "Correct the target here, under spec, or remove it."


def test_a_reference_stays_with_the_document_that_had_it_first(tmp_path):
    write(tmp_path, m=component("pay", owner="payments"))
    read(tmp_path)
    write(tmp_path, a=component("pay", owner="others"))
    read(tmp_path)
    assert (stated().get().file, stated().get().owner_ref) == ("m.yaml", "group:default/payments")
    assert Problem.objects.get().file == "a.yaml"


def test_a_document_may_be_moved_to_another_file(tmp_path):
    write(tmp_path, m=component("pay") + "---\n" + component("ledger"))
    read(tmp_path)
    write(tmp_path, m=component("ledger"), z=component("pay"))
    summary = read(tmp_path)
    assert (summary.changed, summary.removed, summary.problems) == (2, 0, 0)
    assert stated().get(name="pay").file == "z.yaml"


def test_a_file_that_is_broken_loses_its_reference_to_no_other(tmp_path):
    write(tmp_path, m=component("pay", owner="payments"))
    read(tmp_path)
    write(tmp_path, a=component("pay", owner="others"), m="{")
    read(tmp_path)
    assert stated().get().owner_ref == "group:default/payments"
    assert set(Problem.objects.values_list("file", flat=True)) == {"a.yaml", "m.yaml"}


@pytest.mark.parametrize(
    ("kind", "metadata", "title"),
    [
        ("Group", {}, "Multi Team"),
        ("User", {}, "Multi Team"),
        ("Group", {"title": "The many"}, "The many"),
        ("User", {"title": "  "}, "Multi Team"),
        ("Component", {}, ""),
    ],
)
def test_people_and_teams_are_called_as_their_profile_says(tmp_path, kind, metadata, title):
    spec = {"type": "team", "lifecycle": "x", "owner": "a", "children": [], "memberOf": []}
    entity = {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": "multi"} | metadata}
    write(tmp_path, a=json.dumps(entity | {"spec": spec | {"profile": {"displayName": "Multi Team"}}}))
    read(tmp_path)
    assert (stated().get().title, stated().get().sort_key) == (title, (title or "multi").lower())


def test_a_file_whose_name_is_no_text_ends_no_reading(tmp_path):
    name = os.fsdecode(b"bad\xff.yaml")
    (tmp_path / name).write_text(component("one"))
    read(tmp_path)
    (tmp_path / name).write_text("{")
    write(tmp_path, good=component("two"))
    read(tmp_path)
    assert refs() == {"component:default/one", "component:default/two"}
    assert Problem.objects.get().file == "bad?.yaml"


def test_while_a_broken_file_keeps_a_reference_others_are_refused_it_in_the_same_words_each_time(tmp_path):
    write(tmp_path, a=component("one") + "---\nkind: [", b=component("one"))
    reasons = set()
    for _ in range(3):
        read(tmp_path)
        reasons.add(Problem.objects.get(file="b.yaml").reason)
    assert reasons == {"component:default/one is already defined in a.yaml line 1"}
