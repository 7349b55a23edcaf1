"""Addresses with wildcards: the files of a repository that they mean."""

from __future__ import annotations

import pytest

from plugins.catalog import registering
from plugins.catalog.models import DiscoveredLocation, Entity, Problem
from plugins.catalog.reading import trees
from plugins.catalog.tests.files import EVERY_KIND, component
from plugins.catalog.tests.git_hosts import TOKEN
from plugins.catalog.tests.provider_case import ProviderCase

PAGES = {"github": "blob", "gitlab": "-/blob", "gitea": "src/branch"}


@pytest.mark.parametrize(
    ("pattern", "means", "does_not_mean"),
    [
        (
            "**/catalog-info.yaml",
            ["catalog-info.yaml", "a/b/catalog-info.yaml"],
            [".github/catalog-info.yaml", "x.yaml"],
        ),
        ("services/*/catalog-info.yaml", ["services/a/catalog-info.yaml"], ["services/a/b/catalog-info.yaml"]),
        ("*.yaml", ["a.yaml", "b.c.yaml"], ["a/b.yaml", ".hidden.yaml", "ayaml"]),
        ("catalog-info.{yaml,yml}", ["catalog-info.yaml", "catalog-info.yml"], ["catalog-info.{yaml,yml}"]),
        ("docs/**", ["docs/a", "docs/a/b"], ["docs", "docs/.a", "a/docs/b"]),
        ("a+b/c*(1).yaml", ["a+b/cd(1).yaml"], ["aab/cd(1).yaml"]),
    ],
)
def test_a_pattern_means_what_backstages_means(pattern, means, does_not_mean):
    wanted = trees.compiled(pattern)
    assert [path for path in (*means, *does_not_mean) if wanted.fullmatch(path)] == means


class Patterns(ProviderCase):
    def located(self, kind: str, pattern: str):
        """A repository with three files, and a location that is a pattern in it."""
        host = self.host(kind)
        target = f"https://git.example/acme/mono/{PAGES[kind]}/main/{pattern}"
        self.configure(
            {
                "backend": {"reading": {"allow": [{"host": host.authority, "internal": True}]}},
                "integrations": {kind: [{"host": "git.example", "apiBaseUrl": host.api, "token": "${TEST_TOKEN}"}]},
                "events": {"modules": {kind: {"webhookSecret": "${TEST_SECRET}"}}},
                "catalog": {"rules": [{"allow": EVERY_KIND}], "locations": [{"type": "url", "target": target}]},
            }
        )
        host.add("acme/mono", component("root"))
        for name in ("one", "two"):
            host.files["acme/mono", "main", f"services/{name}/catalog-info.yaml"] = component(name)
        host.files["acme/mono", "main", "README.md"] = "no entity"
        return host

    def test_a_provider_may_expect_one_of_several_names(self):
        for kind in PAGES:
            with self.subTest(kind):
                key = "entityFilename" if kind == "gitlab" else "catalogPath"
                host = self.host(kind, **{key: "/catalog-info.{yaml,yml}"})
                host.add("acme/a", component("a"))
                host.add("acme/b", component("b"), path="catalog-info.yml")
                host.add("acme/c", "")
                self.ingest()
                self.assertEqual(self.refs(), {"a", "b"})
                self.assertFalse(Problem.objects.exists())

    def test_every_file_that_matches_is_read_from_each_kind_of_host(self):
        for kind in PAGES:
            with self.subTest(kind):
                self.located(kind, "**/catalog-info.yaml")
                self.ingest()
                self.assertEqual(self.refs(), {"root", "one", "two"})
                self.assertFalse(Problem.objects.exists())
                place = f"https://git.example/acme/mono/{PAGES[kind]}/main/services/one/catalog-info.yaml"
                self.assertEqual(Entity.objects.get(name="one").file, place)

    def test_the_page_of_a_folder_does_for_a_pattern_too(self):
        self.located("github", "**/catalog-info.yaml")
        location = "https://git.example/acme/mono/tree/main/services/*/catalog-info.yaml"
        registering.register(registering.location("url", location))
        self.assertEqual(self.refs(), {"one", "two"})

    def test_what_is_added_and_removed_comes_and_goes_and_what_is_not_changed_is_not_sent(self):
        host = self.located("github", "services/*/catalog-info.yaml")
        self.ingest()
        host.paths()
        self.assertEqual(self.ingest().unchanged, 2)
        self.assertEqual({status for _, status in host.asked}, {304})
        host.files["acme/mono", "main", "services/three/catalog-info.yaml"] = component("three")
        del host.files["acme/mono", "main", "services/one/catalog-info.yaml"]
        self.ingest()
        self.assertEqual(self.refs(), {"two", "three"})

    def test_a_list_in_many_pages_is_read_to_its_end(self):
        host = self.located("gitlab", "services/**/catalog-info.yaml")
        for number in range(250):
            host.files["acme/mono", "main", f"services/n{number:03}/catalog-info.yaml"] = component(f"n{number}")
        self.ingest()
        self.assertEqual(len(self.refs()), 252)
        self.assertFalse([path for path in host.paths() if "tree" in path and "path=services" not in path])

    def test_a_pattern_that_nothing_matches_or_too_much_does_is_a_problem(self):
        self.located("github", "nowhere/*.yaml")
        self.ingest()
        self.assertIn("No file of acme/mono matches nowhere/*.yaml", Problem.objects.get().reason)
        host = self.located("github", "**/*.yaml")
        for number in range(trees.MAX_FILES):
            host.files["acme/mono", "main", f"f{number}.yaml"] = ""
        self.ingest()
        self.assertIn("More than 1,000 files match", Problem.objects.get().reason)

    def test_while_the_files_can_not_be_listed_what_they_brought_stays(self):
        location = (
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./a.yaml]}"
        )
        host = self.located("github", "services/*/*.yaml")
        host.files["acme/mono", "main", "services/one/all.yaml"] = location
        host.files["acme/mono", "main", "services/one/a.yaml"] = component("named")
        self.ingest()
        before = self.refs()
        self.assertEqual(before, {"one", "two", "all", "named"})
        for _ in range(2):
            host.faults.append((500, {}, b""))
            self.ingest()
            self.assertEqual(self.refs(), before)
            self.assertIn("answered 500", Problem.objects.get().reason)
        self.ingest()
        self.assertFalse(Problem.objects.exists())

    def test_a_pattern_on_a_host_that_is_not_listed_is_a_problem(self):
        self.configure({"catalog": {"locations": [{"type": "url", "target": "https://other.example/a/*.yaml"}]}})
        self.ingest()
        self.assertIn("wildcards", Problem.objects.get().reason)

    def test_what_a_host_answers_instead_of_a_list_is_a_problem_without_the_token(self):
        for body in (b"[", b"{}", b'{"tree": 1}', b'{"tree": [1]}', b'{"tree": [], "truncated": true}'):
            with self.subTest(body):
                host = self.located("github", "**/*.yaml")
                host.faults.append((200, {}, body))
                self.ingest()
                problem = Problem.objects.get()
                self.assertRegex(problem.reason, "did not answer with a list of files|more files than")
                self.assertNotIn(TOKEN, problem.reason + problem.fix)

    def test_a_provider_may_expect_a_pattern_in_each_repository(self):
        host = self.host(catalogPath="/services/*/catalog-info.yaml")
        host.add("acme/empty")
        host.add("acme/mono", component("one"), path="services/one/catalog-info.yaml")
        host.files["acme/mono", "main", "services/two/catalog-info.yaml"] = component("two")
        self.ingest()
        self.assertEqual(self.refs(), {"one", "two"})
        self.assertFalse(Problem.objects.exists())
        absent = DiscoveredLocation.objects.exclude(absent_version="").values_list("target", flat=True)
        self.assertEqual(["/empty/" in one for one in absent], [True])
