from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from django.db.models import QuerySet
from django.test import override_settings

from plugins.catalog.editing.fields import MAX_PAIRS, fields_of
from plugins.catalog.editing.forms import MAX_TEXT
from plugins.catalog.models import Entity, ReadUrl
from plugins.catalog.tests.files import component, group, read, write
from plugins.catalog.tests.provider_case import ProviderCase
from plugins.catalog.tests.site import site
from plugins.catalog.validation import schemas
from portal.api import yaml12
from portal.testing import PluginTestCase, person, take_from_everyone

FILE = """# The company's services.
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop   # fixed
  description: |
    Sells.

    # Not a comment
  tags:
    - go  # the language
  labels: {team: blue}
  annotations:
    example.com/a: one   # keep me
    example.com/b: two
  links:
    - url: https://example.com/a
      title: Dashboard
      icon: dashboard
# Between metadata and spec.
spec:
  type: service
  lifecycle: production # since 2020
  owner: payments
  dependsOn: [component:ledger]
---
""" + component("ledger")
SHOP = "/catalog/default/component/shop/edit/"


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_every_field_says_what_to_enter(kind):
    assert [path for path, field in fields_of(kind) if not field.help_text] == []


class EditingAnEntity(PluginTestCase):
    """A file of two documents, with comments; its folder is what the catalog reads."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.enterContext(override_settings(BASE_DIR=self.folder))
        self.put(FILE)
        self.client = self.client_of(self.bob)

    def put(self, text, **more):
        write(self.folder, a=text, b=group("payments"), **more)
        read(self.folder)

    def fields(self, url=SHOP):
        html = self.client.get(url).content.decode()
        found = dict(re.findall(r'<input type="(?:text|hidden)" name="([^"]*)"[^>]*?value="([^"]*)"', html))
        found |= dict(re.findall(r'(?s)<textarea name="([^"]*)"[^>]*>\n(.*?)</textarea>', html))
        return {name: unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}

    def send(self, step="preview", status=200, url=SHOP, **changed):
        data = self.fields(url) | {name.replace("__", "."): value for name, value in changed.items()}
        response = self.client.post(url, {**data, "step": step})
        self.assertEqual(response.status_code, status, response.content.decode()[-3000:])
        return response.content.decode()

    def changed(self, **changed):
        """Signs and texts of the lines that the page shows as changed."""
        html = self.send(**changed)
        return [unescape(line) for line in re.findall(r"<(?:ins|del)>(.*?)</", html)]

    def test_a_form_that_is_sent_as_it_came_changes_nothing(self):
        self.assertIn("Nothing is different", self.send())
        self.put(component("shop").rstrip("\n"))
        self.assertIn("Nothing is different", self.send())

    def test_a_needed_field_that_was_emptied_is_gone_from_the_yaml(self):
        html = self.send("yaml", spec__owner="")
        self.assertNotIn("owner:", html)
        self.assertIn("lifecycle: production # since 2020", html)

    def test_only_the_lines_of_what_was_changed_change(self):
        self.assertEqual(
            self.changed(spec__lifecycle="deprecated"),
            ["-   lifecycle: production # since 2020", "+   lifecycle: deprecated # since 2020"],
        )

    def test_fields_are_added_and_taken_away(self):
        lines = self.changed(metadata__title="The shop", spec__dependsOn="", metadata__tags="go kotlin")
        self.assertEqual(lines[0], "+   title: The shop")
        self.assertIn("-   dependsOn: [component:ledger]", lines)
        self.assertEqual([line for line in lines if "kotlin" in line], ["+     - kotlin"])

    def test_pairs_change_one_by_one_and_keep_their_comments(self):
        self.assertEqual(
            self.changed(metadata__annotations="example.com/a: one\nexample.com/c: three"),
            ["-     example.com/b: two", "+     example.com/c: three"],
        )

    def test_a_block_of_text_goes_with_all_its_lines(self):
        lines = self.changed(metadata__description="Buys.")
        self.assertEqual(lines[-1], "+   description: Buys.")
        self.assertEqual(len(lines), 5)

    def test_a_link_keeps_what_the_form_does_not_show_of_it(self):
        html = self.send("download", metadata__links="https://example.com/a Graphs\nhttps://example.com/b")
        links = yaml12.load_all(html)[0].value["metadata"]["links"]
        self.assertEqual(links[0], {"url": "https://example.com/a", "title": "Graphs", "icon": "dashboard"})
        self.assertEqual(links[1], {"url": "https://example.com/b"})

    def put_two_links(self):
        """The file with a second link of the same address."""
        second = "    - url: https://example.com/a\n      title: Alerts\n      icon: alert\n"
        self.put(FILE.replace("# Between", f"{second}# Between"))

    def test_links_of_one_address_keep_an_icon_each(self):
        self.put_two_links()
        self.assertIn("Nothing is different", self.send())

    def test_a_link_of_the_same_address_keeps_its_icon_when_its_words_change(self):
        self.put_two_links()
        lines = self.changed(metadata__links="https://example.com/a Dashboard\nhttps://example.com/a Alarms")
        self.assertEqual(lines, ["-       title: Alerts", "+       title: Alarms"])

    def test_links_of_one_address_keep_their_icons_when_one_goes(self):
        self.put_two_links()
        html = self.send("download", metadata__links="https://example.com/a Alerts")
        links = yaml12.load_all(html)[0].value["metadata"]["links"]
        self.assertEqual(links, [{"url": "https://example.com/a", "title": "Alerts", "icon": "alert"}])

    def test_the_download_is_the_whole_file(self):
        text = self.send("download", spec__owner="user:bob")
        self.assertEqual(text, FILE.replace("owner: payments", "owner: user:bob", 1))

    def test_missing_annotations_are_added_as_the_file_is_laid_out(self):
        document = component("tall", metadata="    ANNOTATIONS").replace("  name", "    name")
        expected = {
            "backstage.io/techdocs-ref": "dir:.",
            "backstage.io/source-location": "url:https://github.com/<owner>/tall/",
        }
        url = "/catalog/default/component/tall/edit/"
        for before in ("title: Tall", "annotations: {}", "annotations: {a: b}", "annotations:\n            a: b"):
            with self.subTest(before):
                self.put(document.replace("ANNOTATIONS", before))
                page = self.client.get("/catalog/default/component/tall/").content.decode()
                self.assertIn(f'href="{url}?annotate"', page)
                self.assertIn("<ins>+", self.client.get(f"{url}?annotate").content.decode())
                text = self.send("download", url=f"{url}?annotate")
                found, wanted = yaml12.load(text), yaml12.load(document.replace("ANNOTATIONS", before))
                wanted["metadata"]["annotations"] = wanted["metadata"].get("annotations", {}) | expected
                self.assertEqual(found, wanted)
                self.assertIn("\n    name: tall\n", text)

    def test_nothing_is_written(self):
        self.send("download", spec__owner="user:bob")
        self.assertEqual((self.folder / "a.yaml").read_text(), FILE)
        self.assertEqual(Entity.objects.get(name="shop").owner_ref, "group:default/payments")

    def test_an_error_stands_at_its_field(self):
        html = self.send(status=422, metadata__tags="go Not-Lower")
        self.assertRegex(html, r'href="#catalog-metadata.tags">Tags: .*is not valid')
        self.assertIn("go Not-Lower", html)
        self.assertIn("Enter something", self.send(status=422, spec__owner=""))
        self.assertIn("a colon and a value", self.send(status=422, metadata__labels="oops"))

    def test_what_the_change_names_and_the_catalog_lacks_is_said(self):
        self.assertIn("Not in the catalog: <code>group:nobody</code>", self.send(spec__owner="nobody"))

    def test_yaml_is_judged_with_its_lines(self):
        text = self.fields(f"{SHOP}?mode=yaml")["yaml"]
        self.assertTrue(text.startswith("apiVersion"))
        url = f"{SHOP}?mode=yaml"
        html = self.send(status=422, url=url, yaml=text.replace("type: service", "type: 7"))
        self.assertIn("Line 21: /spec/type must be string.", html)
        html = self.send(status=422, url=url, yaml=text.replace("type: service", "type: [service"))
        self.assertIn("Line 22: ", html)
        html = self.send(status=422, url=url, yaml=text.replace("name: shop", "name: store"))
        self.assertIn("so that it stays component:default/shop", html)
        for other in (f"{text}---\n{text}", "# nothing", f"---\n{text}"):
            self.assertIn("Write one document", self.send(status=422, url=url, yaml=other))
        self.assertIn(
            "<ins>+   owner: ann</ins>", self.send(url=url, yaml=text.replace("owner: payments", "owner: ann"))
        )

    def test_one_can_go_from_the_form_to_yaml_and_back_with_what_was_entered(self):
        html = self.send("yaml", metadata__title="The shop")
        self.assertIn("title: The shop", html)
        self.assertIn("# keep me", html)
        text = self.fields(f"{SHOP}?mode=yaml")["yaml"].replace("owner: payments", "owner: ann # new")
        html = self.send("form", url=f"{SHOP}?mode=yaml", yaml=text)
        self.assertInHTML('<input type="hidden" name="mode" value="form">', html)
        self.assertRegex(html, r'name="spec.owner" value="ann"')
        base = unescape(re.search(r'(?s)<textarea name="base"[^>]*>\n(.*?)</textarea>', html)[1])
        self.assertIn("+   owner: ann # new", self.changed(base=base, spec__owner="ann"))

    def test_nonsense_as_the_text_to_go_on_from_is_left_out(self):
        for base in ("a: [", "- a", "a: 1\n---\nb: 1", "\0"):
            self.assertEqual(self.changed(base=base, spec__lifecycle="x")[1], "+   lifecycle: x # since 2020")

    def test_a_text_to_go_on_from_is_as_long_as_one_may_enter_at_most(self):
        text = self.fields(f"{SHOP}?mode=yaml")["yaml"].rstrip("\n")
        self.assertIn("Nothing is different", self.send(base=text + "\n"))
        html = self.send(status=422, base=f"{text}\n# {'x' * MAX_TEXT}")
        self.assertIn("longer than 1,000,000 characters", html)
        self.assertNotIn("xxx", html)

    def test_many_pairs_at_once_are_written_anew(self):
        many = "\n".join(f"example.com/{number}: x" for number in range(MAX_PAIRS + 1))
        lines = self.changed(metadata__annotations=many)
        self.assertIn("-     example.com/a: one   # keep me", lines)
        self.assertEqual(len(lines), MAX_PAIRS + 3)

    def test_a_file_that_changed_meanwhile_is_looked_at_again(self):
        html = self.send(status=422, digest="of an older file", spec__owner="ann")
        self.assertIn("has changed since you opened it", html)
        self.assertIn('value="ann"', html)

    def test_line_ends_of_the_file_stay(self):
        self.put(FILE.replace("\n", "\r\n"))
        (self.folder / "a.yaml").write_bytes(FILE.replace("\n", "\r\n").encode())
        response = self.client.post(SHOP, {**self.fields(), "step": "download", "metadata.title": "Shop"})
        self.assertEqual(response.content.count(b"\n"), response.content.count(b"\r\n"))
        self.assertIn(b"  title: Shop\r\n", response.content)

    def test_what_the_form_can_not_show_is_left_to_yaml(self):
        api = component("ledger").replace("Component", "API") + "  definition:\n    $text: ./a.yaml\n"
        self.put(FILE, c=api.replace("type: service", "type: openapi"))
        html = self.client.get("/catalog/default/api/ledger/edit/").content.decode()
        self.assertIn("Only as YAML: spec.definition.", html)
        html = self.send(url="/catalog/default/api/ledger/edit/", metadata__title="Ledger")
        self.assertIn("<ins>+   title: Ledger</ins>", html)

    def test_a_file_that_is_gone_can_not_be_edited(self):
        (self.folder / "a.yaml").write_text("kind: Other")
        self.assertContains(self.client.get(SHOP), "does not hold component:default/shop any more")
        (self.folder / "a.yaml").unlink()
        self.assertContains(self.client.get(SHOP), "can&#x27;t be read")

    def test_who_may_not_see_all_of_a_file_does_not_see_it_here(self):
        def some(user: object) -> QuerySet[Entity]:
            return Entity.objects.exclude(name="ledger")

        with patch("plugins.catalog.editing.views.visible_to", some):
            self.assertContains(self.client.get(SHOP), "also holds what you may not see")

    def test_it_needs_the_permission(self):
        self.assertContains(self.client.get("/catalog/default/component/shop/"), SHOP)
        take_from_everyone("catalog.propose")
        self.assertEqual(self.client_of(self.bob).get(SHOP).status_code, 403)
        self.assertNotContains(self.client_of(self.bob).get("/catalog/default/component/shop/"), SHOP)

    def hide(self, text="user:secret-value", name=".git/config"):
        """A file beside those of the catalog."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def sent_as_yaml(self, old, new, url=SHOP, status=200, step="preview"):
        """The page after a part of the document was replaced."""
        text = self.fields(f"{url}?mode=yaml")["yaml"]
        self.assertIn(old, text)
        return self.send(step, status, f"{url}?mode=yaml", yaml=text.replace(old, new))

    def test_a_file_that_only_the_draft_names_is_not_shown_as_what_the_catalog_lacks(self):
        self.hide()
        for key in ("$text", "$yaml"):
            html = self.sent_as_yaml(
                "owner: payments", f"owner: {{{key}: ./.git/config}}", status=200 if key == "$text" else 422
            )
            self.assertNotIn("secret-value", html)

    def test_a_file_that_only_the_draft_names_is_not_shown_in_an_error(self):
        self.hide("[secret-value")
        for old, new in (("team: blue", "team: {KEY: ./.git/config}"), ("- go", "- {KEY: ./.git/config}")):
            for key in ("$text", "$json", "$yaml"):
                with self.subTest(old=old, key=key):
                    html = self.sent_as_yaml(old, new.replace("KEY", key), status=422)
                    self.assertNotIn("secret-value", html)

    def test_whether_a_file_is_there_that_only_the_draft_names_is_not_said(self):
        self.hide()
        for name in ("./.git/config", "./.git", "./absent", "../absent", "/etc/passwd"):
            html = self.sent_as_yaml("lifecycle: production", f"lifecycle: {{$text: {name}}}")
            self.assertIn("Show the change", html)
            self.assertNotIn("error-summary", html)

    def test_a_form_over_a_text_with_placeholders_reads_no_file_that_the_source_does_not_name(self):
        self.hide()
        text = self.fields(f"{SHOP}?mode=yaml")["yaml"].replace("owner: payments", "owner: {$text: ./.git/config}")
        for step in ("preview", "yaml", "form", "download"):
            with self.subTest(step):
                self.assertNotIn("secret-value", self.send(step, base=text))

    def test_going_to_the_form_reads_no_file_that_the_source_does_not_name(self):
        self.hide()
        html = self.sent_as_yaml("owner: payments", "owner: {$text: ./.git/config}", step="form")
        self.assertNotIn("secret-value", html)

    def test_a_new_file_to_be_saved_beside_it_may_be_named(self):
        html = self.sent_as_yaml("    Sells.\n", "    Sells.\n  title: {$text: ./title.txt}\n")
        self.assertIn("$text: ./title.txt", html)

    def put_with_owner(self, placeholder):
        """The file with the owner in a file of its own."""
        self.hide("user:kept", "owner.txt")
        self.put(FILE.replace("owner: payments", f"owner: {placeholder}"))

    def test_a_file_that_the_source_names_is_judged_as_what_it_holds(self):
        self.put_with_owner("{$text: ./owner.txt}")
        html = self.sent_as_yaml("type: service", "type: website")
        self.assertIn("Not in the catalog: <code>user:kept</code>", html)

    def test_a_file_that_the_source_names_is_not_read_in_another_way(self):
        self.put_with_owner("{$yaml: ./owner.txt}")
        self.hide("user:kept # secret-value", "owner.txt")
        html = self.sent_as_yaml("{$yaml: ./owner.txt}", "{$text: ./owner.txt}")
        self.assertNotIn("secret-value", html)

    def test_what_the_source_names_is_not_searched_for_placeholders(self):
        self.put_with_owner("{$yaml: ./owner.txt}")
        self.hide()
        self.hide("{$text: ./.git/config}", "owner.txt")
        html = self.sent_as_yaml("type: service", "type: website", status=422)
        self.assertNotIn("secret-value", html)

    def test_what_stands_where_no_placeholder_is_read_does_not_make_its_file_readable(self):
        self.hide()
        more = "  $more: {$text: ./.git/config}\n"
        self.put(FILE.replace("  owner: payments\n", f"  owner: payments\n{more}", 1))
        html = self.sent_as_yaml(f"  owner: payments\n{more}", "  owner: {$text: ./.git/config}\n")
        self.assertNotIn("secret-value", html)

    def test_what_another_document_of_the_file_names_is_not_read(self):
        self.hide()
        self.put(FILE.replace("owner: payments", "owner: {$text: ./.git/config}", 1))
        url = "/catalog/default/component/ledger/edit/"
        html = self.sent_as_yaml("owner: payments", "owner: {$text: ./.git/config}", url)
        self.assertNotIn("secret-value", html)

    def test_the_file_leads_to_the_page_of_its_host(self):
        note = "  annotations:\n    backstage.io/source-location: url:https://github.com/acme/shop/blob/main/a.yaml"
        self.put(component("shop", metadata=note))
        html = self.send(spec__owner="ann")
        self.assertIn('href="https://github.com/acme/shop/edit/main/a.yaml"', html)


class EditingWhatAnAddressHolds(PluginTestCase):
    """The text is that of the last reading; nobody is asked for it again."""

    def setUp(self):
        super().setUp()
        self.served = self.enterContext(site())

    def read(self, **files):
        """Serve files, each a location, and read them."""
        config = Path(self.enterContext(TemporaryDirectory())) / "app-config.yaml"
        self.served.files |= {f"/{name}.yaml": text for name, text in files.items()}
        locations = [f"{{type: url, target: '{self.served.url(f'/{name}.yaml')}'}}" for name in files]
        config.write_text(
            f"backend: {{reading: {{allow: [{{host: '{self.served.authority}', internal: true}}]}}}}\n"
            f"catalog: {{rules: [{{allow: [Component, API]}}], locations: [{', '.join(locations)}]}}\n"
        )
        self.enterContext(override_settings(CONFIG_FILES=(config,)))
        self.client_of(person("keeper", "catalog.refresh")).post("/catalog/refresh/")
        self.served.asked.clear()

    def test_the_kept_text_is_edited(self):
        self.read(a=component("shop"))
        self.assertContains(self.client_of(self.bob).get(f"{SHOP}?mode=yaml"), "name: shop")
        self.assertEqual(self.served.asked, [])

    def read_api(self):
        """Read an API whose definition is a text at another address."""
        text = component("pay").replace("Component", "API").replace("service", "openapi").rstrip("\n")
        self.served.files["/openapi.yaml"] = "openapi: 3.0.0"
        self.read(a=text + "\n  definition: {$text: ./openapi.yaml}\n")

    def titled(self):
        """The page after the API was given a title."""
        url, client = "/catalog/default/api/pay/edit/", self.client_of(self.bob)
        data = {"digest": client.get(url).context["draft"].digest, "metadata.title": "Pay"}
        return client.post(url, data | {"spec.type": "openapi", "spec.lifecycle": "production", "spec.owner": "ann"})

    def test_what_has_its_definition_at_another_address_is_edited(self):
        self.read_api()
        page = self.titled()
        self.assertContains(page, "<ins>+   title: Pay</ins>")
        self.assertContains(page, "definition: {$text: ./openapi.yaml}")
        self.assertEqual(self.served.asked, [])

    def test_a_definition_that_was_not_read_yet_is_said_to_be_missing(self):
        self.read_api()
        ReadUrl.objects.filter(url__endswith="/openapi.yaml").delete()
        self.assertContains(self.titled(), "was not read yet", status_code=422)

    def test_an_address_that_only_the_draft_names_is_not_read(self):
        self.read(a=component("shop"), b=component("other", metadata="  title: secret-value"))
        for name in ("./b.yaml", self.served.url("/b.yaml"), "./c.yaml"):
            text = component("shop").replace("owner: payments", f"owner: {{$text: '{name}'}}")
            page = self.client_of(self.bob).post(SHOP, {"mode": "yaml", "yaml": text})
            self.assertNotContains(page, "secret-value", status_code=422)
        self.assertEqual(self.served.asked, [])


class EditingWhatAProviderGave(ProviderCase):
    """No file holds it, so the page says where it is changed."""

    def test_people_of_the_portal_are_changed_as_accounts(self):
        self.configure({"catalog": {"rules": [{"allow": ["User"]}], "providers": {"accounts": True}}})
        self.ingest()
        page = self.client_of(self.bob).get("/catalog/default/user/bob/edit/")
        self.assertContains(page, "user:default/bob is given by accounts-provider:default and is in no file")
        self.assertContains(page, "Change the account or its groups")

    def test_people_of_an_organisation_are_changed_there(self):
        providers = {"githubOrg": {"id": "acme", "githubUrl": "https://git.example", "orgs": ["acme"]}}
        self.host(providers=providers).organise("acme", ["cyd"], {})
        self.ingest()
        page = self.client_of(self.bob).get("/catalog/default/user/cyd/edit/")
        self.assertContains(page, "user:default/cyd is given by github-org-provider:acme and is in no file")
        self.assertContains(page, "Change the person or the team in its organisation")


class NewEntities(PluginTestCase):
    """A file that does not exist yet."""

    def send(self, kind, step="download", status=200, **values):
        data = {name.replace("__", "."): value for name, value in values.items()}
        response = self.client_of(self.bob).post(f"/catalog/new/?kind={kind}", {**data, "step": step})
        self.assertEqual(response.status_code, status, response.content.decode()[-3000:])
        return response.content.decode()

    def test_a_component_is_written_in_the_usual_order(self):
        text = self.send(
            "component",
            metadata__name="shop",
            metadata__description="Sells.",
            metadata__tags="go, web",
            spec__type="service",
            spec__lifecycle="production",
            spec__owner="payments",
        )
        self.assertEqual(
            text,
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  description: Sells.\n"
            "  tags:\n    - go\n    - web\nspec:\n  type: service\n  lifecycle: production\n  owner: payments\n",
        )

    def test_lists_that_a_kind_needs_are_written_empty(self):
        text = self.send("group", metadata__name="payments", spec__type="team", spec__profile__email="p@example.com")
        self.assertIn("children: []", text)
        self.assertIn("  profile:\n    email: p@example.com\n", text)
        self.assertIn("memberOf: []", self.send("user", metadata__name="erin"))

    def test_every_kind_has_a_form(self):
        client = self.client_of(self.bob)
        for kind in ("component", "api", "resource", "system", "domain", "group", "user", "location", "template"):
            self.assertContains(client.get(f"/catalog/new/?kind={kind}"), 'name="metadata.name"')
        self.assertContains(client.get("/catalog/new/?kind=nonsense&mode=yaml"), "kind: Component")

    def test_a_file_to_be_saved_beside_it_may_be_named(self):
        text = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: a}\nspec: {type: openapi, lifecycle: x, "
        text += "owner: b, definition: {$text: ./openapi.yaml}}\n"
        self.assertEqual(self.send("api", mode="yaml", yaml=text), text)

    def test_a_new_entity_reads_no_file(self):
        with TemporaryDirectory() as folder, override_settings(BASE_DIR=Path(folder)):
            (Path(folder) / "secret").write_text("user:secret-value")
            text = component("shop").replace("owner: payments", "owner: {$text: ./secret}")
            self.assertNotIn("secret-value", self.send("component", "preview", mode="yaml", yaml=text))

    def test_a_name_that_is_taken_or_wrong_is_refused(self):
        with TemporaryDirectory() as folder:
            write(Path(folder), a=component("shop"))
            read(Path(folder))
        usual = {"spec__type": "service", "spec__lifecycle": "x", "spec__owner": "y"}
        html = self.send("component", status=422, metadata__name="shop", **usual)
        self.assertIn("The catalog has component:default/shop already.", html)
        html = self.send("component", status=422, metadata__name="a b", **usual)
        self.assertRegex(html, r"Name: .*is not valid")
        self.assertIn("Enter a name", self.send("component", status=422, **usual))

    def test_what_is_not_filled_in_yet_does_not_keep_anyone_from_yaml(self):
        page = self.client_of(self.bob).get("/catalog/new/")
        self.assertContains(page, 'value="yaml" formnovalidate')
        html = self.send("component", "yaml", metadata__title="The shop")
        self.assertIn("kind: Component\nmetadata:\n  title: The shop\nspec: {}", unescape(html))
        self.assertNotIn("error-summary", html)

    def test_what_can_not_be_read_is_mended_before_it_is_shown_as_yaml(self):
        html = self.send("component", "yaml", status=422, metadata__labels="no colon")
        self.assertIn("Write a key, a colon and a value", html)

    def test_a_document_of_another_kind_has_the_form_of_that_kind(self):
        text = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: a}\nspec: {lifecycle: x, owner: b}\n"
        html = self.send("component", "form", mode="yaml", yaml=text)
        self.assertIn('name="spec.definition"', html)
        self.assertNotIn('name="spec.subcomponentOf"', html)
        self.assertRegex(html, r'kind=api" aria-current="page"')
        values = {"metadata__name": "a", "spec__type": "openapi", "spec__lifecycle": "x", "spec__owner": "b"}
        made = self.send("component", base=text, spec__definition="{}", **values)
        self.assertEqual(yaml12.load(made)["spec"]["definition"], "{}")

    def test_the_register_page_leads_to_it(self):
        self.assertContains(self.client_of(self.ann).get("/catalog/register/"), "/catalog/new/")
        self.assertContains(self.client_of(self.bob).get("/catalog/"), "/catalog/new/")
