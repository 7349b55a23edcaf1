from __future__ import annotations

import hashlib
import hmac
import json
from unittest.mock import patch

from django.conf import settings
from django.test import Client

from plugins.catalog.models import DiscoveredLocation, Problem
from plugins.catalog.tests.files import component
from plugins.catalog.tests.provider_case import SECRET, ProviderCase


class Webhooks(ProviderCase):
    """Two repositories of an organisation, whose host reports what changes."""

    def given(self, kind="github"):
        host = self.host(kind)
        host.add("acme/a", component("a"))
        host.add("acme/b", component("b"))
        self.ingest()
        host.paths()
        return host

    def deliver(self, host, payload, *, secret=SECRET, kind="", status=200, event="push", instance=""):
        """Send as the host does, from nowhere in particular and without a session."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        header = {
            "github": {"X-Hub-Signature-256": f"sha256={signature}", "X-GitHub-Event": event},
            "gitlab": {"X-Gitlab-Token": secret, "X-Gitlab-Event": event, "X-Gitlab-Instance": instance},
            "gitea": {"X-Gitea-Signature": signature, "X-Gitea-Event": event},
        }[host.kind]
        client = Client(enforce_csrf_checks=True)
        url = f"/catalog/webhooks/{kind or host.kind}/"
        answer = client.post(url, body, content_type="application/json", headers=header)
        self.assertEqual(answer.status_code, status, answer.content)
        return answer.json().get("read") if status == 200 else None

    def push(self, host, name, *changed, ref="refs/heads/main", **more):
        """The payload of a push, as far as it matters."""
        repository = next(
            (one for one in host.repositories if name in (one.get("full_name"), one.get("path_with_namespace"))), {}
        )
        commits = [{"id": "1", "added": [], "removed": [], "modified": [path]} for path in changed]
        project = {"project" if host.kind == "gitlab" else "repository": repository}
        said = {"forced": False, "created": False} if host.kind == "github" else {}
        return {"ref": ref, "commits": commits} | said | project | more

    def test_a_push_reads_again_only_the_file_that_it_changed(self):
        for kind in ("github", "gitlab", "gitea"):
            with self.subTest(kind):
                host = self.given(kind)
                host.files["acme/a", "main", "catalog-info.yaml"] = component("renamed")
                self.assertEqual(self.deliver(host, self.push(host, "acme/a", "README.md", "catalog-info.yaml")), 1)
                self.assertEqual(self.refs(), {"renamed", "b"})
                self.assertEqual(len(host.paths()), 1)

    def test_a_push_of_a_host_that_does_not_say_whether_it_was_forced_reads_all_of_the_repository(self):
        for kind in ("gitlab", "gitea"):
            with self.subTest(kind):
                host = self.given(kind)
                host.files["acme/a", "main", "catalog-info.yaml"] = component("renamed")
                self.assertEqual(self.deliver(host, self.push(host, "acme/a", "README.md")), 1)
                self.assertEqual(self.refs(), {"renamed", "b"})

    def test_a_push_of_more_than_the_host_lists_reads_all_of_the_repository(self):
        for limit, changed in (("MAX_COMMITS", ["README.md"] * 2), ("MAX_PATHS", ["README.md", "LICENSE"])):
            with self.subTest(limit), patch(f"plugins.catalog.providers.webhooks.{limit}", 2):
                host = self.given()
                self.assertEqual(self.deliver(host, self.push(host, "acme/a", *changed[:1])), 0)
                self.assertEqual(self.deliver(host, self.push(host, "acme/a", *changed)), 1)

    def test_what_a_push_names_is_read_before_what_else_it_may_have_changed(self):
        host = self.host("gitlab", providers={"accounts": False})
        host.add("acme/a", component("a"), path="a.yaml")
        host.files["acme/a", "main", "b.yaml"] = component("b")
        stated = json.loads((self.folder / "app-config-0.yaml").read_text())
        targets = [f"https://git.example/acme/a/-/blob/main/{name}.yaml" for name in "ab"]
        stated["catalog"]["locations"] = [{"type": "url", "target": target} for target in targets]
        self.configure(stated)
        self.ingest()
        for name in "ab":
            host.files["acme/a", "main", f"{name}.yaml"] = component(f"{name}-renamed")
        with patch("plugins.catalog.webhook_views.MAX_READ_AGAIN", 1):
            self.assertEqual(self.deliver(host, self.push(host, "acme/a", "b.yaml")), 1)
        self.assertEqual(self.refs(), {"a", "b-renamed"})

    def test_a_push_that_adds_what_a_pattern_means_reads_that(self):
        host = self.host(catalogPath="services/*/catalog-info.yaml")
        host.add("acme/a", component("a"), path="services/a/catalog-info.yaml")
        self.ingest()
        host.files["acme/a", "main", "services/b/catalog-info.yaml"] = component("b")
        self.assertEqual(self.deliver(host, self.push(host, "acme/a", "README.md")), 0)
        self.assertEqual(self.deliver(host, self.push(host, "acme/a", "services/b/catalog-info.yaml")), 1)
        self.assertEqual(self.refs(), {"a", "b"})

    def test_a_push_to_a_branch_with_a_slash_in_its_name_reads_the_file_on_it(self):
        for kind in ("github", "gitlab", "gitea"):
            with self.subTest(kind):
                host = self.host(kind)
                host.add("acme/a", component("a"), branch="release/2.x")
                self.ingest()
                host.files["acme/a", "release/2.x", "catalog-info.yaml"] = component("renamed")
                push = self.push(host, "acme/a", "catalog-info.yaml", ref="refs/heads/release/2.x")
                self.assertEqual(self.deliver(host, push), 1)
                self.assertEqual(self.refs(), {"renamed"})

    def test_a_push_elsewhere_reads_nothing(self):
        host = self.given()
        for payload in (
            self.push(host, "acme/a", "README.md"),
            self.push(host, "acme/a", "catalog-info.yaml", ref="refs/heads/draft"),
            self.push(host, "acme/a", "catalog-info.yaml", ref="refs/tags/v1"),
            {"zen": "Speak like a human.", "hook_id": 1},
            self.push(
                host, "acme/a", "catalog-info.yaml", repository={"full_name": "acme/a", "html_url": "https://x/"}
            ),
            self.push(host, "acme/a", "catalog-info.yaml", repository=[]),
            [],
        ):
            self.assertEqual(self.deliver(host, payload), 0)
        self.assertEqual(host.paths(), [])

    def test_a_push_to_a_file_that_an_entity_names_reads_the_entity_again(self):
        host = self.given()
        api = component("a", more="  definition:\n    $text: ./openapi.json")
        host.files["acme/a", "main", "catalog-info.yaml"] = api
        host.files["acme/a", "main", "openapi.json"] = "{}"
        self.ingest()
        host.files["acme/a", "main", "openapi.json"] = "{1}"
        self.assertEqual(self.deliver(host, self.push(host, "acme/a", "openapi.json")), 1)

    def test_a_push_reads_what_is_configured_in_other_cases(self):
        host = self.host(providers={"accounts": False})
        host.add("acme/a", component("a"))
        for owner in ("acme/a", "Acme/A"):
            host.files[owner, "main", "other.yaml"] = component("other", more="  definition:\n    $text: ./x.json")
            host.files[owner, "main", "x.json"] = "{}"
        stated = json.loads((self.folder / "app-config-0.yaml").read_text())
        stated["catalog"]["locations"] = [{"type": "url", "target": "https://Git.example/Acme/A/blob/main/other.yaml"}]
        self.configure(stated)
        self.ingest()
        self.assertEqual(self.refs(), {"other"})
        for path, read in (("other.yaml", 1), ("x.json", 1), ("README.md", 0)):
            self.assertEqual(self.deliver(host, self.push(host, "acme/a", path)), read)

    def test_a_push_that_adds_what_was_missing_ends_the_problem(self):
        host = self.given()
        host.files["acme/a", "main", "catalog-info.yaml"] = component("a", more="  definition:\n    $text: ./a.json")
        self.ingest()
        self.assertEqual(Problem.objects.count(), 1)
        host.files["acme/a", "main", "a.json"] = "{}"
        self.assertEqual(self.deliver(host, self.push(host, "acme/b", "a.json")), 0)
        self.assertEqual(self.deliver(host, self.push(host, "acme/a", "a.json", ref="refs/heads/draft")), 0)
        self.assertEqual(self.deliver(host, self.push(host, "acme/a", "a.json")), 1)
        self.assertFalse(Problem.objects.exists())

    def test_a_repository_that_is_gone_is_known_in_other_cases(self):
        host = self.given()
        gone = {"action": "deleted", "repository": {"full_name": "Acme/A", "html_url": "https://git.example/Acme/A"}}
        self.assertEqual(self.deliver(host, gone, event="repository"), 1)
        self.assertEqual(self.refs(), {"b"})

    def test_the_first_push_to_a_new_repository_discovers_it(self):
        host = self.given()
        host.add("acme/new", component("new"))
        self.assertEqual(self.deliver(host, self.push(host, "acme/new", created=True)), 1)
        self.assertEqual(self.refs(), {"a", "b", "new"})
        host.add("other/x", component("x"))
        self.assertEqual(self.deliver(host, self.push(host, "other/x", created=True)), 0)

    def test_a_repository_that_is_gone_leaves_at_once(self):
        for kind in ("github", "gitea"):
            with self.subTest(kind):
                host = self.given(kind)
                for name, action in (("acme/a", "deleted"), ("acme/b", "archived")):
                    self.deliver(host, {"action": action} | self.push(host, name), event="repository")
                self.assertFalse(self.refs() or DiscoveredLocation.objects.exists())

    def test_a_project_of_gitlab_that_is_destroyed_leaves_at_once(self):
        host = self.given("gitlab")
        payload = {"event_name": "project_destroy", "path_with_namespace": "acme/a", "project_id": 1}
        for event, instance, left in (
            ("System Hook", "https://other.example", {"a", "b"}),
            ("System Hook", "https://git.example", {"b"}),
        ):
            self.deliver(host, payload, event=event, instance=instance)
            self.assertEqual(self.refs(), left)

    def test_what_is_deleted_in_a_repository_takes_nothing_away(self):
        for kind in ("github", "gitlab", "gitea"):
            host = self.given(kind)
            for event in ("star", "issue_comment", "label", "release", "package", "Note Hook", ""):
                with self.subTest(kind=kind, event=event):
                    payload = self.push(host, "acme/a", ref=None) | {"action": "deleted", "starred_at": None}
                    self.assertEqual(self.deliver(host, payload, event=event), 0)
                    self.assertEqual(self.refs(), {"a", "b"})

    def test_a_delivery_that_is_not_signed_with_the_secret_is_refused(self):
        for kind in ("github", "gitlab", "gitea"):
            with self.subTest(kind):
                host = self.given(kind)
                payload = self.push(host, "acme/a", "catalog-info.yaml")
                with self.assertLogs("plugins.catalog.webhook_views") as logs:
                    self.deliver(host, payload, secret="guessed", status=403)
                    self.deliver(host, payload, secret="", status=403) if kind == "gitlab" else None
                self.assertNotIn("guessed", str(logs.output))
                self.assertNotIn(SECRET, str(logs.output))
                self.assertEqual(host.paths(), [])

    def test_a_body_that_was_changed_after_signing_is_refused(self):
        host = self.given()
        signature = hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest()
        for stated in (f"sha256={signature}", signature, "sha256=", "", "sha256=é"):
            answer = self.client.post(
                "/catalog/webhooks/github/",
                b"{ }",
                content_type="application/json",
                headers={"X-Hub-Signature-256": stated},
            )
            self.assertEqual(answer.status_code, 403)
        self.assertEqual(host.paths(), [])

    def test_without_a_secret_there_is_no_such_page(self):
        host = self.given()
        self.deliver(host, {}, kind="gitlab", secret="", status=404)
        self.deliver(host, {}, kind="svn", status=404)
        self.configure({"events": {"modules": {"github": {"webhookSecret": SECRET}}}})
        self.deliver(host, {}, status=404)  # it stands in the file
        self.assertEqual(self.client.get("/catalog/webhooks/github/").status_code, 405)

    def test_a_signed_body_that_is_no_json_is_refused(self):
        host = self.given()
        for body in (b"payload=%7B%7D", b"", b"[" * 100_000):
            self.deliver(host, body, status=400)

    def test_a_delivery_may_be_larger_than_other_requests(self):
        for kind in ("github", "gitlab", "gitea"):
            with self.subTest(kind):
                host = self.given(kind)
                paths = [f"{'x' * 2_000}/{number}" for number in range(1_500)]
                push = self.push(host, "acme/a", "catalog-info.yaml", *paths)
                self.assertGreater(len(json.dumps(push)), settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
                self.assertEqual(self.deliver(host, push), 1)

    def test_a_delivery_that_is_too_large_is_refused_unread_with_the_limit(self):
        self.given()
        for kind, status, said in (("github", 413, "26,214,400 bytes at most"), ("gitlab", 404, "")):
            answer = self.client.post(
                f"/catalog/webhooks/{kind}/",
                b"{}",
                content_type="application/json",
                headers={"Content-Length": "26214401"},
            )
            self.assertContains(answer, said, status_code=status)

    def test_a_delivery_of_many_files_reads_a_bounded_number_of_locations(self):
        host = self.given()
        with patch("plugins.catalog.webhook_views.MAX_READ_AGAIN", 1):
            self.assertEqual(self.deliver(host, self.push(host, "acme/a", forced=True)), 1)
