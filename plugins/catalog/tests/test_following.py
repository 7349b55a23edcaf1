from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.config import DEFAULT_RULES, CatalogConfig, RuleLocation
from plugins.catalog.ingestion import following
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.models import Entity, Problem
from plugins.catalog.tests.files import component, configured, group, read, stated, write

pytestmark = pytest.mark.django_db


def refs():
    return {ref.partition("/")[2] for ref in stated().values_list("ref", flat=True)}


def location(*targets, name="all", more=""):
    return f"""apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: {name}
spec:
  targets: {json.dumps(targets)}
{more}
"""


def annotations(name):
    return json.loads(Entity.objects.get(name=name).data)["metadata"]["annotations"]


def test_targets_are_read_relative_to_the_file_that_names_them(tmp_path):
    write(
        tmp_path, all=location("./a/more.yaml"), a__more=location("b/one.yaml", name="more"), a__b__one=component("one")
    )
    assert read(tmp_path, "all.yaml").files == 3
    assert refs() == {"all", "more", "one"}
    assert annotations("one")["backstage.io/managed-by-location"] == "file:a/b/one.yaml"
    assert annotations("one")["backstage.io/managed-by-origin-location"] == "file:all.yaml"


def test_a_target_may_be_a_glob(tmp_path):
    write(tmp_path, all=location("./a/*.yaml"), a__one=component("one"), a__two=component("two"))
    read(tmp_path, "all.yaml")
    assert refs() == {"all", "one", "two"}


def test_a_single_target_of_a_stated_type_is_read(tmp_path):
    text = location().replace("targets: []", "type: file\n  target: ./one.yaml")
    write(tmp_path, all=text, one=component("one"))
    read(tmp_path, "all.yaml")
    assert refs() == {"all", "one"}


def test_a_circle_of_locations_ends(tmp_path):
    write(tmp_path, all=location("./more.yaml", "./all.yaml"), more=location("./all.yaml", name="more"))
    summary = read(tmp_path, "all.yaml")
    assert (summary.files, summary.problems) == (2, 0)


def test_a_chain_that_is_too_long_is_a_problem(tmp_path):
    for number in range(following.MAX_DEPTH + 3):
        write(tmp_path, **{f"l{number}": location(f"./l{number + 1}.yaml", name=f"l{number}")})
    read(tmp_path, "l0.yaml")
    assert stated().count() == following.MAX_DEPTH + 1
    assert "locations lead to" in Problem.objects.get().reason


def test_a_location_that_names_too_many_files_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(following, "MAX_FOLLOWED", 2)
    write(tmp_path, all=location("./c*.yaml"), **{f"c{number}": component(f"c{number}") for number in range(4)})
    read(tmp_path, "all.yaml")
    assert refs() == {"all", "c0", "c1"}
    assert "More than 2 files" in Problem.objects.get().reason


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("./absent.yaml", "No file matches"),
        ("./folder/", "is a folder"),
        ("../outside.yaml", "outside the folder"),
        ("/etc/passwd", "outside the folder"),
        ("./folder/../../outside.yaml", "outside the folder"),
    ],
)
def test_a_target_that_can_not_be_read_is_a_problem_where_it_is_named(tmp_path, target, reason):
    write(tmp_path, outside=component("hidden"), inside__all="# first\n" + location("./one.yaml", target))
    write(tmp_path, inside__one=component("one"))
    read(tmp_path, "inside/all.yaml")
    problem = Problem.objects.get()
    assert (problem.file, problem.line, problem.ref) == ("inside/all.yaml", 7, "location:default/all")
    assert reason in problem.reason
    assert refs() == {"all", "one"}


def test_an_optional_target_may_be_absent(tmp_path):
    write(tmp_path, all=location("./absent.yaml", more="  presence: optional"))
    assert read(tmp_path, "all.yaml").problems == 0


def test_a_type_that_is_not_known_is_a_problem(tmp_path):
    write(tmp_path, all=location("x", more="  type: carrier-pigeon"))
    read(tmp_path, "all.yaml")
    assert "carrier-pigeon" in Problem.objects.get().reason


def test_what_a_location_does_not_name_any_more_is_removed(tmp_path):
    write(tmp_path, all=location("./one.yaml"), one=component("one"))
    read(tmp_path, "all.yaml")
    write(tmp_path, all=location())
    assert read(tmp_path, "all.yaml").removed == 1
    assert refs() == {"all"}


def test_with_the_strategy_keep_orphans_are_marked_until_they_are_named_again(tmp_path):
    config = configured("all.yaml", orphanStrategy="keep")
    write(tmp_path, all=location("./one.yaml"), one=component("one"))
    ingest(config, tmp_path)
    write(tmp_path, all=location())
    for _ in range(2):
        assert ingest(config, tmp_path).removed == 0
        assert annotations("one")["backstage.io/orphan"] == "true"
    orphans = Entity.objects.filter(search_rows__key="metadata.annotations.backstage.io/orphan")
    assert {entity.title or entity.name for entity in orphans} == {"one", "one.yaml"}
    write(tmp_path, all=location("./one.yaml"))
    ingest(config, tmp_path)
    assert "backstage.io/orphan" not in annotations("one")


def test_what_a_removed_location_brought_goes_with_it_whatever_the_strategy(tmp_path):
    write(tmp_path, all=location("./one.yaml"), one=component("one"), two=component("two"))
    ingest(configured("all.yaml", "two.yaml", orphanStrategy="keep"), tmp_path)
    ingest(configured("two.yaml", orphanStrategy="keep"), tmp_path)
    assert refs() == {"two"}


def test_while_a_location_is_broken_what_it_brought_stays(tmp_path):
    write(tmp_path, all=location("./one.yaml"), one=component("one"))
    read(tmp_path, "all.yaml")
    for broken in ("a: [", location("./one.yaml").replace("name: all", "name: all\n  tags: 3")):
        write(tmp_path, all=broken)
        read(tmp_path, "all.yaml")
        assert refs() == {"all", "one"}


def test_while_a_target_is_missing_what_it_held_stays(tmp_path):
    write(tmp_path, all=location("./one.yaml"), one=component("one"))
    read(tmp_path, "all.yaml")
    (tmp_path / "one.yaml").unlink()
    read(tmp_path, "all.yaml")
    assert refs() == {"all", "one"}


def test_the_file_of_a_followed_entity_can_be_read_alone(tmp_path):
    write(tmp_path, all=location("./a/one.yaml"), a__one=component("one"))
    read(tmp_path, "all.yaml")
    write(tmp_path, a__one=component("one", owner="checkout"))
    summary = ingest(configured("all.yaml"), tmp_path, "a/one.yaml")
    assert (summary.changed, summary.files) == (1, 1)
    assert Entity.objects.get(name="one").owner_ref == "group:default/checkout"


def test_without_rules_only_components_apis_and_locations_are_allowed(tmp_path):
    write(tmp_path, all=location("./team.yaml"), one=component("one"), team="# first\n" + group("payments"))
    config = CatalogConfig.model_validate({"locations": [{"type": "file", "target": "*.yaml"}]})
    assert config.rules == DEFAULT_RULES
    ingest(config, tmp_path)
    problem = Problem.objects.get()
    assert refs() == {"all", "one"}
    assert (problem.file, problem.line, problem.stage) == ("team.yaml", 3, "rules")
    assert "catalog.rules" in problem.fix


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ([{"allow": ["group", "location"]}], True),
        ([{"allow": [{"kind": "Group", "spec.type": "TEAM"}, "Location"]}], True),
        ([{"allow": [{"kind": "Group", "spec.type": "unit"}, "Location"]}], False),
        ([{"allow": ["Location"]}, {"allow": ["Group"], "locations": [{"type": "file", "exact": "all.yaml"}]}], True),
        ([{"allow": ["Location"]}, {"allow": ["Group"], "locations": [{"type": "file", "exact": "team.yaml"}]}], False),
        ([{"allow": ["Location"]}, {"allow": ["Group"], "locations": [{"type": "file", "pattern": "**/ALL.*"}]}], True),
        ([{"allow": ["Location"]}, {"allow": ["Group"], "locations": [{"type": "url"}]}], False),
    ],
)
def test_rules_are_those_for_the_location_it_came_from_in_the_first_place(tmp_path, rules, allowed):
    write(tmp_path, all=location("./team.yaml"), team=group("payments"))
    read_config = {"locations": [{"type": "file", "target": "all.yaml"}], "rules": rules}
    ingest(CatalogConfig.model_validate(read_config), tmp_path)
    assert ("payments" in refs()) is allowed


def test_rules_of_a_location_add_to_those_of_the_catalog(tmp_path):
    write(tmp_path, a=group("payments") + "---\n" + component("one"), b=group("checkout"))
    own = {"type": "file", "target": "a.yaml", "rules": [{"allow": ["Group"]}]}
    config = {"locations": [own, {"type": "file", "target": "b.yaml"}]}
    ingest(CatalogConfig.model_validate(config), tmp_path)
    assert refs() == {"payments", "one"}


def test_a_rule_with_both_exact_and_pattern_is_refused():
    with pytest.raises(ValueError, match="either exact or pattern"):
        RuleLocation(type="url", exact="a", pattern="b")


NAMES = st.lists(st.from_regex(r"[a-z.]{0,4}[a-z]", fullmatch=True), min_size=1, max_size=4)


@given(NAMES, NAMES)
def test_a_pattern_without_signs_matches_itself_and_stars_stay_within_a_segment(steps, others):
    text, other = "https://" + "/".join(steps), "https://" + "/".join(others)
    matches = RuleLocation(type="url", pattern=text).matches
    assert matches("url", text.upper(), PurePosixPath("/"))
    assert matches("url", other, PurePosixPath("/")) == (text == other)
    star = RuleLocation(type="url", pattern="https://*").matches
    assert star("url", text, PurePosixPath("/")) == (len(steps) == 1)
    assert RuleLocation(type="url", pattern="https://**").matches("url", text, PurePosixPath("/"))


@pytest.mark.parametrize(
    ("pattern", "means", "does_not_mean"),
    [
        ("https://github.com/a**/c", ["https://github.com/ab/c"], ["https://github.com/ab/x/c"]),
        ("https://github.com/*", ["https://github.com/a", "https://github.com/.a"], ["https://github.com/"]),
        ("https://github.com/[ab]cme/*", ["https://github.com/acme/x"], ["https://github.com/ccme/x"]),
        (
            "https://github.com/[!a-c]cme",
            ["https://github.com/dcme"],
            ["https://github.com/bcme", "https://github.com//cme"],
        ),
        ("https://git/{a,{b,c}}/x", ["https://git/a/x", "https://git/c/x"], ["https://git/d/x", "https://git/{b,c}/x"]),
        ("https://git/{a/b,c}/?", ["https://git/a/b/x", "https://git/c/x"], ["https://git/a/x", "https://git/c/"]),
        ("https://git/{a}/x", ["https://git/{a}/x"], ["https://git/a/x"]),
        ("https://git/acme/**", ["https://git/acme/a/b"], ["https://git/acme/../b/c", "https://git/acme/%2E./b"]),
        ("https://git/acme/*/x", ["https://git/acme/a/x"], ["https://git/acme/../x", "https://git/acme//x"]),
    ],
)
def test_a_pattern_of_a_rule_means_what_backstages_means(pattern, means, does_not_mean):
    matches = RuleLocation(type="url", pattern=pattern).matches
    assert [text for text in (*means, *does_not_mean) if matches("url", text, PurePosixPath("/"))] == means


@pytest.mark.parametrize(
    "pattern", ["+(a|b)", "@(a)/x", "!a", "#a", "a\\*", "[[:alpha:]]", "{1..3}", "{a,b}" * 9, "[b-a]"]
)
def test_a_pattern_that_minimatch_reads_otherwise_is_refused(pattern):
    with pytest.raises(ValueError, match="pattern"):
        RuleLocation(type="url", pattern=pattern)


@given(st.text(st.sampled_from("ab/.*?[]!^-{},\\+(|)")), st.text(st.sampled_from("ab/.-%2e")))
def test_a_pattern_is_refused_or_means_something(pattern, text):
    try:
        matches = RuleLocation(type="url", pattern=pattern).matches
    except ValueError:
        return
    assert matches("url", text, PurePosixPath("/")) in (True, False)
