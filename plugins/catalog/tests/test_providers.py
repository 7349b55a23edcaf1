from __future__ import annotations

import json
import logging
import os
from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone
from pydantic import ValidationError

from plugins.catalog.config import CatalogConfig
from plugins.catalog.models import DiscoveredLocation, Problem, Provider, ProviderPage
from plugins.catalog.providers.client import MAX_PAUSE
from plugins.catalog.reading.reader import AT_ONCE
from plugins.catalog.tests.files import component, stated
from plugins.catalog.tests.git_hosts import TOKEN
from plugins.catalog.tests.provider_case import PROVIDERS, ProviderCase


class Discovery(ProviderCase):
    """Organisations at servers that answer as the hosts do."""

    def targets(self):
        return set(DiscoveredLocation.objects.values_list("target", flat=True))

    def test_every_repository_of_every_page_is_read_and_one_without_the_file_is_no_problem(self):
        for kind, branch in (("github", "/blob/"), ("gitlab", "/-/blob/"), ("gitea", "/src/branch/")):
            with self.subTest(kind):
                host = self.host(kind)
                for number in range(5):
                    host.add(f"acme/r{number}", component(f"r{number}") if number else "")
                self.ingest()
                self.assertEqual(self.refs(), {"r1", "r2", "r3", "r4"})
                self.assertFalse(Problem.objects.exists())
                self.assertIn(f"https://git.example/acme/r1{branch}main/catalog-info.yaml", self.targets())
                self.assertEqual(len([path for path in host.paths() if "page=" in path.replace("per_page=", "")]), 2)

    def test_a_file_on_a_branch_with_a_slash_in_its_name_is_read(self):
        for kind in PROVIDERS:
            with self.subTest(kind):
                host = self.host(kind)
                host.add("acme/x", component("x"), branch="release/2.x")
                self.ingest()
                self.assertEqual(self.refs(), {"x"})

    def test_subgroups_and_encoded_paths_of_gitlab_are_read(self):
        host = self.host("gitlab", entityFilename="docs/catalog info.yaml", branch="rel#1")
        host.add("acme/team/tools/x", component("x"), path="docs/catalog info.yaml", branch="rel#1")
        host.add("acme/old", component("old"), archived=True)
        self.ingest()
        self.assertEqual(self.refs(), {"x"})

    def test_filters_are_those_of_backstage(self):
        host = self.host(
            filters={
                "repository": "svc-.*",
                "allowForks": False,
                "topic": {"include": ["backstage"], "exclude": ["old"]},
                "visibility": ["internal"],
            }
        )
        good = {"topics": ["backstage"], "visibility": "internal"}
        host.add("acme/svc-good", component("good"), **good)
        for name in ("lib", "my-svc-old"):
            host.add(f"acme/{name}", component(name), **good)
        for name, change in {
            "fork": {"fork": True},
            "archived": {"archived": True},
            "topic": {"topics": []},
            "excluded": {"topics": ["backstage", "old"]},
            "public": {"visibility": "public"},
        }.items():
            host.add(f"acme/svc-{name}", component(name), **good | change)
        self.ingest()
        self.assertEqual(self.refs(), {"good"})

    def test_a_second_run_asks_with_etags_and_not_at_all_for_what_is_known_to_be_absent(self):
        host = self.host()
        for number in range(3):
            host.add(f"acme/r{number}", component(f"r{number}") if number else "")
        self.ingest()
        host.paths()
        self.assertEqual(self.ingest().unchanged, 2)
        self.assertEqual({status for _, status in host.asked}, {304})
        self.assertFalse([path for path in host.paths() if "/r0/" in path])
        # After a push it is looked for again.
        host.repositories[0]["pushed_at"] = "2026-02-02T00:00:00Z"
        host.files["acme/r0", "main", "catalog-info.yaml"] = component("r0")
        self.assertEqual(self.ingest().added, 1)

    def test_repositories_that_are_gone_take_their_entities_with_them(self):
        host = self.host()
        host.add("acme/a", component("a"))
        host.add("acme/b", component("b"))
        self.ingest()
        del host.repositories[1]
        self.ingest()
        self.assertEqual(self.refs(), {"a"})
        self.configure({"catalog": {"locations": []}})
        self.ingest()
        self.assertFalse(self.refs() or Provider.objects.exists() or ProviderPage.objects.exists())

    def test_a_short_rate_limit_is_waited_for(self):
        for kind, headers in {
            "github": {"Retry-After": "7"},
            "gitlab": {"Retry-After": "7", "RateLimit-Remaining": "0"},
            "gitea": {"Retry-After": "7"},
        }.items():
            with self.subTest(kind):
                host = self.host(kind)
                host.add("acme/a", component("a"))
                host.faults.append((429, headers, b""))
                self.waited.clear()
                self.discover()
                self.assertEqual(self.waited, [7.0])
                self.assertEqual(len(self.targets()), 1)

    def test_a_long_rate_limit_ends_the_run_and_the_host_is_left_alone_until_it_is_over(self):
        host = self.host()
        host.add("acme/a", component("a"))
        self.ingest()
        host.paths()
        until = timezone.now() + timedelta(minutes=30)
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(until.timestamp()))}
        host.faults.append((403, headers, b"{}"))
        self.ingest()
        self.assertEqual(self.waited, [])
        self.assertEqual(self.refs(), {"a"})
        problem = Problem.objects.get()
        self.assertEqual(problem.file, "github-provider:acme")
        self.assertIn(f"until {until:%H:%M} UTC", problem.reason)
        host.paths()
        self.discover()
        self.assertEqual(host.paths(), [])
        Provider.objects.update(not_before=timezone.now())
        self.ingest()
        self.assertFalse(Problem.objects.exists())

    def test_a_rate_limit_met_while_reading_files_keeps_what_was_read_and_stops_asking(self):
        host = self.host()
        names = {f"service-{number:02}" for number in range(30)}
        for name in names:
            host.add(f"acme/{name}", component(name))
        self.ingest()
        host.paths()
        self.discover()
        listing = len(host.paths())
        limited = (429, {"X-RateLimit-Reset": "99999999999"}, b"")
        host.faults += [(304, {}, b"")] * listing + [limited] * 30
        self.ingest()
        self.assertEqual(self.refs(), names)
        self.assertEqual(Problem.objects.count(), 30)
        self.assertLessEqual(len(host.paths()), listing + 2 * AT_ONCE)

    def test_errors_of_the_server_are_tried_again_a_few_times_and_keep_what_was_found(self):
        host = self.host()
        host.add("acme/a", component("a"))
        host.faults.append((502, {}, b""))
        self.ingest()
        self.assertEqual((self.waited, self.refs()), ([1.0], {"a"}))
        self.waited.clear()
        host.faults += [(500, {}, b"")] * 3
        self.ingest()
        self.assertEqual((self.waited, self.refs()), ([1.0, 2.0], {"a"}))
        self.assertIn("answered 500", Problem.objects.get().reason)
        self.assertLessEqual(sum(self.waited), MAX_PAUSE)

    def test_a_wrong_token_is_a_problem_that_does_not_tell_it(self):
        host = self.host()
        host.add("acme/a", component("a"))
        self.ingest()
        with patch.dict(os.environ, {"TEST_TOKEN": "wr0ng-token"}), self.assertLogs() as logs:
            logging.getLogger("tests").info("There is a line.")
            self.configure(json.loads((self.folder / "app-config-0.yaml").read_text()))
            self.ingest()
        reasons = Problem.objects.values_list("reason", flat=True)
        self.assertEqual(self.refs(), {"a"})
        self.assertTrue(all("refuses the token" in reason for reason in reasons))
        for text in (*logs.output, repr(list(Problem.objects.values())), repr(list(Provider.objects.values()))):
            self.assertNotIn("wr0ng-token", text)
            self.assertNotIn(TOKEN, text)

    def test_a_token_that_sees_nothing_any_more_takes_nothing_away(self):
        host = self.host()
        host.add("acme/a", component("a"))
        self.ingest()
        host.repositories.clear()
        host.files.clear()
        for _ in range(2):
            self.ingest()
            self.assertEqual(self.refs(), {"a"})
            self.assertEqual(Problem.objects.count(), 2)

    def test_a_token_that_stands_in_the_file_is_refused_and_not_sent(self):
        host = self.host(token=TOKEN)
        self.ingest()
        problem = Problem.objects.get()
        self.assertIn("is a secret and stands in the file", problem.reason)
        self.assertNotIn(TOKEN, problem.reason)
        self.assertEqual(host.paths(), [])

    def test_a_private_address_that_is_not_listed_is_not_asked(self):
        host = self.host(internal=False)
        self.ingest()
        self.assertIn("not public", Problem.objects.get().reason)
        self.assertEqual(host.paths(), [])

    def test_a_page_that_leads_to_another_host_is_not_followed(self):
        host, other = self.host(), self.host("gitea")
        host.add("acme/a")
        link = {"Link": f'<http://{other.authority}/api/v3/orgs/acme/repos?page=2>; rel="next"'}
        host.faults.append((200, link, b"[]"))
        self.configure(json.loads((self.folder / "app-config-0.yaml").read_text()))
        self.discover()
        self.assertIn("leads to another host", Provider.objects.get().reason)
        self.assertEqual(other.paths(), [])

    def test_what_is_no_list_is_a_problem(self):
        host = self.host()
        for body in (b"<html>", b"{}", b"[1]", b"[" * 100_000):
            host.faults.append((200, {}, body))
            self.discover()
            self.assertIn("did not answer with a list", Provider.objects.get().reason)

    def test_a_location_may_be_the_page_of_a_file_and_its_targets_relative_to_it(self):
        for kind, page in (("github", "blob/main"), ("gitlab", "-/blob/main"), ("gitea", "src/branch/main")):
            with self.subTest(kind):
                host = self.host(kind)
                host.add("acme/a", "", path="all.yaml")
                host.files["acme/a", "main", "all.yaml"] = (
                    "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
                    "spec: {targets: [./sub/one.yaml]}\n"
                )
                host.files["acme/a", "main", "sub/one.yaml"] = component("one")
                stated = json.loads(sorted(self.folder.iterdir())[-1].read_text())
                location = {"type": "url", "target": f"https://git.example/acme/a/{page}/all.yaml"}
                stated["catalog"] = {"locations": [location]}
                self.configure(stated)
                self.ingest()
                self.assertEqual(self.refs(), {"all", "one"})

    def test_names_that_hosts_make_up_stay_names(self):
        host = self.host()
        for name in ("acme/../../etc", "acme/a b#?", "evil/x", "acme/", "acme/<b>"):
            host.add(name)
        host.repositories[0]["full_name"] = ["acme"]
        self.ingest()
        self.assertFalse(self.targets())

    def test_a_placeholder_is_read_from_the_same_repository_with_the_token_and_from_no_other(self):
        host = self.host()
        api = component("one", more="  definition:\n    $text: {}")
        host.add("acme/a", api.format("./openapi.json"))
        host.files["acme/a", "main", "openapi.json"] = "{}"
        host.add("acme/secret", "", path="key")
        host.files["acme/secret", "main", "key"] = "key"
        self.ingest()
        self.assertEqual(json.loads(stated().get().data)["spec"]["definition"], "{}")
        host.files["acme/a", "main", "catalog-info.yaml"] = api.format("https://git.example/acme/secret/blob/main/key")
        host.paths()
        self.ingest()
        self.assertIn("another repository", Problem.objects.get().reason)
        self.assertFalse([path for path in host.paths() if path.endswith("key?ref=main")])

    def test_a_provider_that_nothing_asks_is_a_problem_and_the_others_go_on(self):
        host = self.host(
            providers={
                "github": {"acme": PROVIDERS["github"]},
                "ldapOrg": {"a": {}},
                "githubOrg": {"githubUrl": "https://git.example"},
            }
        )
        host.add("acme/a", component("a"))
        self.ingest()
        self.assertEqual(self.refs(), {"a"})
        found = dict(Problem.objects.values_list("file", "reason"))
        self.assertEqual(set(found), {"ldapOrg-provider", "github-org-provider:default"})
        self.assertIn("kind ldapOrg", found["ldapOrg-provider"])
        self.assertIn("which organisations", found["github-org-provider:default"])

    def test_a_location_of_a_type_that_nothing_reads_is_a_problem(self):
        self.configure({"catalog": {"locations": [{"type": "github-org", "target": "https://github.com/acme"}]}})
        self.ingest()
        self.assertIn("type github-org", Problem.objects.get().reason)

    def test_what_a_removed_provider_found_stays_where_the_configuration_says_so(self):
        host = self.host()
        host.add("acme/a", component("a"))
        self.ingest()
        stated = json.loads((self.folder / "app-config-0.yaml").read_text())
        for strategy, left in (("keep", {"a"}), ("delete", set())):
            stated["catalog"] = {"rules": stated["catalog"]["rules"], "orphanProviderStrategy": strategy}
            self.configure(stated)
            self.ingest()
            self.assertEqual(self.refs(), left)


def test_providers_are_written_as_in_backstage():
    stated = {"providers": {"github": {"organization": "acme", "catalogPath": "/x.yaml"}, "ldap": {"a": {}}}}
    found = CatalogConfig.model_validate(stated).providers.github
    assert found["default"].catalogPath == "x.yaml"
    for wrong in (
        {"organization": ""},
        {"organization": "a", "catalogPath": "../x"},
        {"organization": "a", "catalogPath": "{a,b}" * 9},
        {"organization": "a", "filters": {"repository": "("}},
    ):
        try:
            CatalogConfig.model_validate({"providers": {"github": {"a": wrong}}})
        except ValidationError:
            continue
        raise AssertionError(wrong)
