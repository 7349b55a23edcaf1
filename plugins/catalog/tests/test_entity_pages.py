from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import override_settings
from django.utils import timezone

from plugins.catalog.entity_views import PEOPLE_PAGE
from plugins.catalog.graph import MAX_NODES
from plugins.catalog.group_tree import SHOWN_GROUPS, SHOWN_LEVELS
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.models import Entity
from plugins.catalog.organisation import SHOWN
from plugins.catalog.tests.files import component, configured, fill, group, read, user, write
from portal.testing import PluginTestCase, person, take_from_everyone


def within(name: str, parent: str) -> str:
    return group(name).replace("  children: []", f"  parent: {parent}\n  children: []")


class EntityPages(PluginTestCase):
    """web needs shop, shop needs ledger, ledger needs store; the company has a department with a team."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        fill(
            a_web=component("web", more="  dependsOn: [component:shop]"),
            b_shop=component("shop", more="  dependsOn: [component:ledger, resource:gone]"),
            c_ledger=component("ledger", more="  dependsOn: [component:store]"),
            d_store=component("store", owner="user:sue"),
            d_web_with_docs=component(
                "web-with-docs",
                owner="nobody",
                metadata="  annotations:\n    backstage.io/techdocs-ref: dir:.\n"
                "    github.com/project-slug: a/web\n"
                "  links:\n    - {url: 'https://pager.example/web', title: On call, type: on-call}",
            ),
            e_hub=component(
                "hub", more="  dependsOn: [" + ", ".join(f"component:c{n:03}" for n in range(MAX_NODES + 5)) + "]"
            ),
            f_again=component("web"),
            g_company="---\n".join((group("company"), within("department", "company"))),
            h_payments=within("payments", "department"),
            i_people="---\n".join((user("sue", "payments", "department"), user("tom", "payments"))),
            j_ring="---\n".join((within("left", "right"), within("right", "left"))),
        )

    def page(self, path, who=None, status=200):
        response = self.client_of(who or self.bob).get(f"/catalog/default/{path}")
        assert response.status_code == status, response.status_code
        return response.content.decode()

    def listed(self, query=""):
        html = self.page(f"component/shop/dependencies/{query}")
        edges = re.search(r'<ul class="catalog-edges">(.*?)</ul>', html, re.DOTALL)
        rows = re.findall(r"<li>(.*?)</li>", edges[1], re.DOTALL) if edges else []
        return [" ".join(re.sub(r"<[^>]*>", "", row).split()) for row in rows]

    def test_the_graph_shows_what_an_entity_needs_and_what_needs_it(self):
        self.assertEqual(
            self.listed(),
            [
                "shop depends on ledger",
                "shop depends on resource:gone (not in the catalog)",
                "web depends on shop",
            ],
        )

    def test_direction_and_steps_are_in_the_address(self):
        self.assertEqual(self.listed("?direction=in"), ["web depends on shop"])
        self.assertIn("ledger depends on store", self.listed("?direction=out&depth=2"))
        self.assertNotIn("ledger depends on store", self.listed("?direction=out&depth=1"))

    def test_chosen_relations_replace_the_usual_ones(self):
        self.assertEqual(self.listed("?relation=ownedBy"), ["shop is owned by Payments"])
        self.assertEqual(self.listed("?relation=partOf"), [])

    def test_nonsense_in_the_address_of_the_graph_is_left_out(self):
        self.assertEqual(self.listed("?depth=99&direction=up&relation=%00"), self.listed())

    def test_the_drawing_has_a_link_for_each_entity_and_none_for_what_is_missing(self):
        svg = re.search(r"<svg role.*?</svg>", self.page("component/shop/dependencies/"), re.DOTALL)[0]
        self.assertEqual(
            set(re.findall(r'<a href="([^"]*)"', svg)),
            {f"/catalog/default/component/{name}/" for name in ("web", "shop", "ledger")},
        )
        self.assertIn("not in the catalog", svg)

    def test_a_graph_that_is_too_large_is_cut_and_says_so(self):
        html = self.page("component/hub/dependencies/")
        self.assertEqual(html.count('class="catalog-node '), MAX_NODES)
        self.assertIn(f"more than the {MAX_NODES} entities shown", html)

    def test_nobody_without_permission_sees_a_graph(self):
        take_from_everyone("catalog.read")
        self.page("component/shop/dependencies/", status=403)

    def test_problems_have_a_tab_with_their_number(self):
        self.assertRegex(self.page("component/web/"), r'Problems <span class="count">1</span>')
        self.assertIn("is already defined in", self.page("component/web/problems/"))
        self.assertNotIn("Problems <span", self.page("component/shop/"))

    def test_only_who_may_have_a_file_read_is_told_to(self):
        self.assertIn("then read it again under", self.page("component/web/problems/", self.ann))
        html = self.page("component/web/problems/")
        self.assertNotIn("then read it again under", html)
        self.assertIn("what it says shows here once the catalog has read it again", html)

    def test_the_origin_names_location_file_and_line(self):
        html = self.page("component/shop/origin/")
        self.assertRegex(html, r'Location</dt><dd><a class="mono small" href="/catalog/default/location/generated-')
        self.assertRegex(
            html.replace("<wbr>", ""), r'File and line</dt><dd class="mono small">[^<]*b_shop\.yaml:1</dd>'
        )

    def test_the_facts_call_times_as_the_list_and_the_origin_do(self):
        for path in ("component/shop/", "component/shop/origin/"):
            html = self.page(path)
            self.assertIn("<dt>Updated</dt>", html)
            self.assertIn("<dt>All files read</dt>", html)

    def test_the_entity_of_a_location_says_who_states_it_and_can_be_read_again_but_not_edited(self):
        location = Entity.objects.get(kind="Location")
        path = f"location/{location.name}/"
        self.assertIn('Stated in</dt><dd class="mono small">app-config.yaml</dd>', self.page(f"{path}origin/"))
        self.assertRegex(self.page(path), r"What it brought <span class=\"count\">\d+</span>")
        self.assertNotIn("/edit/", self.page(path, self.ann))
        self.assertIn("Read this location again", self.page(f"{path}origin/", self.ann))

    def test_only_who_may_refresh_is_offered_it(self):
        self.assertNotIn("Read this file again", self.page("component/shop/origin/"))
        self.assertIn("Read this file again", self.page("component/shop/origin/", self.ann))
        refused = self.client_of(self.bob).post("/catalog/default/component/shop/refresh/")
        self.assertEqual(refused.status_code, 403)

    def test_who_may_not_is_told_whom_to_ask(self):
        refused = self.client_of(self.bob).get("/catalog/register/")
        self.assertContains(refused, "catalog.locations. Ask an administrator of the portal for it.", status_code=403)

    def test_members_below_a_group_are_listed_once_and_apart(self):
        html = self.page("group/department/")
        self.assertRegex(html, r'Members <span class="count">1</span>')
        self.assertRegex(html, r'Through groups in it <span class="count">1</span>')

    def test_the_groups_above_a_group_lead_down_to_it(self):
        html = self.page("group/payments/")
        path = re.search(r'(?s)aria-label="Groups above.*?</nav>', html)[0]
        self.assertEqual(re.findall(r">([^<>]+)</(?:a|strong)>", path), ["Company", "Department", "Payments"])

    def test_the_groups_below_a_group_are_a_tree_with_their_members(self):
        html = self.page("group/company/")
        tree = re.search(r'(?s)<ul class="catalog-tree">.*</ul>', html)[0]
        self.assertRegex(
            tree,
            r"<li><a [^>]*>Department</a>\s*<span[^>]*>1 member</span>"
            r"<ul[^>]*><li><a [^>]*>Payments</a>\s*<span[^>]*>2 members",
        )
        self.assertIn("No group is in it.", self.page("group/payments/"))

    def test_a_large_tree_says_how_many_groups_more_there_are(self):
        fill(a=group("top"), b="---\n".join(within(f"g{number:03}", "top") for number in range(SHOWN_GROUPS + 3)))
        html = self.page("group/top/")
        self.assertEqual(html.count("/catalog/default/group/g"), SHOWN_GROUPS)
        self.assertRegex(html, rf'list=groups">View all {SHOWN_GROUPS + 3}</a>, 3 more than here')

    def test_a_deep_tree_is_cut_after_some_levels(self):
        fill(a=group("g00"), b="---\n".join(within(f"g{number:02}", f"g{number - 1:02}") for number in range(1, 40)))
        self.assertEqual(self.page("group/g00/").count('<ul class="catalog-tree">'), SHOWN_LEVELS)
        self.assertEqual(self.page("group/g00/people/?list=groups").count("row-link"), 39)

    def test_a_component_is_told_which_lines_to_paste_where(self):
        html = self.page("component/shop/")
        self.assertIn("  annotations:\n    backstage.io/techdocs-ref: dir:.", html)
        self.assertRegex(html, r"b_shop\.yaml:1")
        self.assertNotIn("Missing annotations", self.page("component/web-with-docs/"))

    def test_an_on_call_link_stands_in_the_header(self):
        self.assertRegex(self.page("component/web-with-docs/raw/"), r'(?s)<header.*href="https://pager.example/web"')
        self.assertNotIn("icon-siren", self.page("component/shop/"))

    def test_a_description_is_markdown(self):
        text = "  description: |\n    # About\n    Sells **all** and [more](javascript:alert).\n\n    - one <b>"
        fill(a=component("shop", metadata=text), b=component("long", metadata=f"  description: '{'**a** ' * 1500}'"))
        html = self.page("component/shop/")
        self.assertIn("<h3>About</h3>\n<p>Sells <strong>all</strong> and [more](javascript:alert).</p>", html)
        self.assertIn("<li>one &lt;b&gt;</li>", html)
        self.assertIn("**a** **a**", self.page("component/long/"))

    def test_groups_in_a_ring_are_shown(self):
        self.assertIn("Right", self.page("group/left/"))

    def test_a_long_list_of_members_is_cut_and_has_a_page_of_its_own(self):
        names = [f"u{number:03}" for number in range(PEOPLE_PAGE + 1)]
        fill(a=group("crowd"), b="---\n".join(user(name, "crowd") for name in names))
        html = self.page("group/crowd/")
        self.assertEqual(html.count("/catalog/default/user/u"), SHOWN)
        self.assertIn(f'people/?list=members">View all {PEOPLE_PAGE + 1}</a>', html)
        self.assertIn("u050", self.page("group/crowd/people/?list=members&page=2"))
        self.assertIn("Nobody.", self.page("group/crowd/people/?list=inherited"))
        for path in ("group/crowd/people/?list=owners", "component/shop/people/"):
            self.page(path, status=404)

    def test_a_long_list_of_relations_is_cut_and_has_a_page_of_its_own(self):
        html = self.page("component/hub/")
        self.assertIn(f'component/hub/people/?list=dependsOn">View all {MAX_NODES + 5}</a>', html)
        html = self.page("component/hub/people/?list=dependsOn&page=2")
        self.assertIn(f"component:c{MAX_NODES + 4:03}", html)
        self.assertRegex(html, rf"<h2>Depends on <span class=\"count\">{MAX_NODES + 5}<")
        self.page("component/hub/people/?list=consumesApi", status=404)

    def test_a_long_list_of_what_a_location_brought_is_cut_and_has_a_page_of_its_own(self):
        fill(a="---\n".join(component(f"c{number:03}") for number in range(PEOPLE_PAGE + 1)))
        path = f"location/{Entity.objects.get(kind='Location').name}/"
        self.assertIn(f'people/?list=brought">View all {PEOPLE_PAGE + 1}</a>', self.page(path))
        self.assertIn("c050", self.page(f"{path}people/?list=brought&page=2"))
        self.page("component/c000/people/?list=brought", status=404)

    def test_the_page_of_a_list_marks_the_tab_that_shows_the_first_of_it(self):
        html = self.page("component/hub/people/?list=dependsOn")
        self.assertRegex(html, r'<a href="[^"]*" aria-current="true">Overview</a>')

    def test_a_tag_that_is_cut_can_be_read_in_full(self):
        tag = "settlement-of-instant-payments"
        fill(a=component("tagged", metadata=f"  tags: [{tag}, go]"))
        for path in ("/catalog/default/component/tagged/", "/catalog/?columns=tags"):
            html = self.client_of(self.bob).get(path).content.decode()
            self.assertRegex(html, rf'class="tag"[^>]* title="{tag}">{tag}<')

    def test_what_a_team_owns_is_counted_by_kind(self):
        html = self.page("group/payments/")
        self.assertIn('?kind=component&amp;owner=group%3Adefault%2Fpayments">4 components</a>', html)

    def test_a_user_owns_directly_and_through_teams(self):
        html = self.page("user/sue/")
        self.assertIn('owner=user%3Adefault%2Fsue">1 component</a>', html)
        self.assertIn('owner=group%3Adefault%2Fpayments">4 components</a>', html)


class RefreshingAFile(PluginTestCase):
    """The button on the page of an entity reads the entity's file, as configured, again."""

    def test_what_the_file_says_now_is_shown(self):
        keeper = person("keeper", "catalog.refresh")
        with TemporaryDirectory() as folder:
            place = Path(folder)
            write(place, shop=component("shop"))
            read(place)
            with override_settings(BASE_DIR=place):
                response = self.client_of(keeper).post("/catalog/default/component/shop/refresh/", follow=True)
        self.assertContains(response, "left the catalog")


class AKeptOrphan(PluginTestCase):
    """shop's document is gone from its file, whose first line belongs to ledger now."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.enterContext(override_settings(BASE_DIR=self.folder))
        self.ingest(component("shop") + "---\n" + component("ledger"))
        self.ingest(component("ledger"))

    def ingest(self, text):
        write(self.folder, a=text)
        ingest(configured(orphanStrategy="keep"), self.folder)

    def page(self, path, who):
        return self.client_of(who).get(f"/catalog/default/component/{path}").content.decode()

    def test_every_page_of_it_warns_and_says_what_to_do(self):
        for tab in ("", "dependencies/", "origin/", "raw/"):
            html = self.page(f"shop/{tab}", self.bob)
            self.assertIn("No file holds this component any more", html)
            self.assertIn("or have an admin remove it", html)
        self.assertNotIn("No file holds", self.page("ledger/", self.bob))

    def test_it_says_since_when(self):
        Entity.objects.filter(name="shop").update(updated_at=timezone.now() - timedelta(days=3))
        self.assertRegex(self.page("shop/", self.bob), r"This was first seen <time [^>]*>3 days ago</time>")

    def test_becoming_one_changes_it(self):
        shop = Entity.objects.get(name="shop")
        self.assertGreater(shop.updated_at, shop.created_at)

    def test_staying_one_does_not_change_it(self):
        before = Entity.objects.get(name="shop").updated_at
        self.ingest(component("ledger"))
        self.assertEqual(Entity.objects.get(name="shop").updated_at, before)

    def test_who_may_remove_it_is_told_how(self):
        uid = Entity.objects.get(name="shop").uid
        self.assertIn(f"DELETE /api/catalog/entities/by-uid/{uid}", self.page("shop/", self.ann))

    def test_it_gives_no_directions_to_lines_of_others(self):
        html = self.page("shop/", self.bob)
        self.assertNotIn("a.yaml:1", html)
        self.assertNotIn("/edit/", html)
        self.assertNotIn("Missing annotations", html)
        origin = self.page("shop/origin/", self.bob)
        self.assertRegex(origin.replace("<wbr>", ""), r'Last read from</dt><dd class="mono small">[^<]*a\.yaml</dd>')
        self.assertNotIn("led to the file that describes", origin)

    def test_the_editor_says_why_it_refuses(self):
        html = self.page("shop/edit/", self.bob)
        self.assertIn("No file holds component:default/shop any more. Bring its document back", html)

    def test_it_is_like_any_other_once_its_document_is_back(self):
        self.ingest(component("shop"))
        html = self.page("shop/", self.bob)
        self.assertNotIn("No file holds", html)
        self.assertIn("a.yaml:1", html)
