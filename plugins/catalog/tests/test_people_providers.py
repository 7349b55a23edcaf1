from __future__ import annotations

import json

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_in

from plugins.catalog.models import Entity, Problem
from plugins.catalog.refresh import refresh
from plugins.catalog.tests.files import EVERY_KIND, stated
from plugins.catalog.tests.provider_case import ProviderCase
from portal.testing import person, run_tasks, worker_alive

ORG = {"githubOrg": {"id": "acme", "githubUrl": "https://git.example", "orgs": ["acme"]}}


class People(ProviderCase):
    """Users and groups that nobody wrote into a file."""

    def spec(self, ref):
        return json.loads(Entity.objects.get(ref=ref).data)["spec"]

    def member_of(self, ref):
        return self.spec(ref)["memberOf"]

    def test_the_members_and_teams_of_an_organisation_are_users_and_groups(self):
        host = self.host(providers=ORG)
        host.organise(
            "acme",
            ["ann", "bob", "cyd"],
            {"all": ("", ["ann", "bob"]), "shop": ("all", ["bob"]), "secret-parent": ("hidden", [])},
        )
        self.ingest()
        self.assertEqual(self.refs(), {"ann", "bob", "cyd", "all", "shop", "secret-parent"})
        self.assertEqual(self.member_of("user:default/ann"), ["all"])
        self.assertEqual(self.member_of("user:default/bob"), ["shop"])
        self.assertEqual(self.spec("group:default/shop")["parent"], "all")
        self.assertNotIn("parent", self.spec("group:default/secret-parent"))
        self.assertEqual(self.spec("group:default/shop")["profile"]["displayName"], "Shop")
        self.assertFalse(Problem.objects.exists())

    def test_who_leaves_the_organisation_leaves_the_catalog_and_while_it_can_not_be_asked_all_stay(self):
        host = self.host(providers=ORG)
        host.organise("acme", ["ann", "bob"], {})
        self.ingest()
        host.organise("acme", ["ann"], {})
        host.faults.append((401, {}, b""))
        self.ingest()
        self.assertEqual(self.refs(), {"ann", "bob"})
        self.assertEqual(Problem.objects.get().file, "github-org-provider:acme")
        self.ingest()
        self.assertEqual(self.refs(), {"ann"})

    def test_several_organisations_have_namespaces_of_their_own(self):
        host = self.host(providers={"githubOrg": [ORG["githubOrg"] | {"orgs": ["acme", "Other"]}]})
        host.organise("acme", ["ann"], {})
        host.organise("Other", ["ann"], {})
        self.ingest()
        refs = set(stated().values_list("ref", flat=True))
        self.assertEqual(refs, {"user:acme/ann", "user:other/ann"})

    def test_rules_decide_about_people_too(self):
        host = self.host(providers=ORG)
        host.organise("acme", ["ann"], {})
        self.configure(json.loads((self.folder / "app-config-0.yaml").read_text()) | {"catalog": {"providers": ORG}})
        self.ingest()
        self.assertEqual(Problem.objects.get().stage, "rules")

    def test_accounts_and_teams_of_the_portal_are_users_and_groups(self):
        self.configure({"catalog": {"rules": [{"allow": EVERY_KIND}], "providers": {"accounts": True}}})
        team, role = Group.objects.create(name="payments"), Group.objects.create(name="readers")
        role.permissions.add(Permission.objects.first())
        eve = person("eve")
        eve.first_name, eve.email = "Eve", "eve@acme.example"
        eve.save()
        eve.groups.add(team, role)
        gone = person("gone")
        gone.is_active = False
        gone.save()
        refresh()
        self.assertEqual(self.spec("user:default/eve")["profile"], {"displayName": "Eve", "email": eve.email})
        self.assertEqual(self.member_of("user:default/eve"), ["payments"])
        self.assertIn("payments", self.refs())
        self.assertFalse(self.refs() & {"gone", "readers"})
        # What the claims of the next sign-in change, the next reading brings, also of this source alone.
        eve.groups.remove(team)
        refresh("accounts-provider:default")
        self.assertEqual(self.member_of("user:default/eve"), [])

    def test_an_account_may_have_any_character_in_its_name(self):
        self.configure({"catalog": {"rules": [{"allow": EVERY_KIND}], "providers": {"accounts": True}}})
        eve = person("eve")
        eve.first_name = "Eve \U0001f680\u2028\x7f"
        eve.save()
        refresh()
        self.assertEqual(self.spec("user:default/eve")["profile"]["displayName"], eve.first_name)

    def test_a_file_that_defines_a_person_comes_before_the_account(self):
        person("eve")
        (self.folder / "eve.yaml").write_text(
            "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: eve}\nspec: {memberOf: [board]}\n"
        )
        locations = [{"type": "file", "target": "eve.yaml"}]
        stated = {"rules": [{"allow": EVERY_KIND}], "locations": locations, "providers": {"accounts": True}}
        self.configure({"catalog": stated})
        refresh()
        refresh()
        self.assertEqual(self.member_of("user:default/eve"), ["board"])
        self.assertFalse(Problem.objects.filter(ref="user:default/eve").exists())

    def test_with_a_worker_who_signs_in_for_the_first_time_is_an_entity_soon(self):
        self.configure({"catalog": {"rules": [{"allow": EVERY_KIND}], "providers": {"accounts": True}}})
        self.enterContext(worker_alive())
        with self.captureOnCommitCallbacks(execute=True):
            eve = person("eve")
            eve.groups.add(Group.objects.create(name="payments"))
        self.assertEqual(run_tasks(), 1)
        self.assertEqual(self.member_of("user:default/eve"), ["payments"])
        with self.captureOnCommitCallbacks(execute=True):
            user_logged_in.send(type(eve), request=None, user=eve)
        self.assertEqual(run_tasks(), 0)

    def test_accounts_that_are_no_entities_have_nothing_read(self):
        self.configure({"catalog": {}})
        self.enterContext(worker_alive())
        with self.captureOnCommitCallbacks(execute=True):
            person("eve")
        self.assertEqual(run_tasks(), 0)
