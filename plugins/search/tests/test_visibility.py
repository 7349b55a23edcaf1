"""Who finds what. Everything here is about rows that exist and must not be found."""

from __future__ import annotations

from unittest.mock import patch

from django.contrib.auth.models import Group

from plugins.search.models import Document
from portal.api import SearchSource
from portal.testing import person, plugin_disabled, take_from_everyone

from .case import SearchTestCase, note


class VisibilityTest(SearchTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.payments = Group.objects.create(name="payments")

    def test_what_is_for_one_user_is_found_by_that_user_alone(self) -> None:
        self.index(note("1", "Anns zeppelin", audience=f"user:{self.ann.pk}"), label="todos")
        self.assertEqual(self.found("zeppelin", self.ann), ["Anns zeppelin"])
        self.assertEqual(self.found("zeppelin", self.bob), [])

    def test_not_even_an_admin_finds_what_is_for_somebody_else(self) -> None:
        self.index(note("1", "Bobs zeppelin", audience=f"user:{self.bob.pk}"), label="todos")
        self.assertEqual(self.found("zeppelin", self.ann), [])

    def test_what_is_for_a_team_is_found_by_its_members_for_as_long_as_they_are(self) -> None:
        self.index(note("1", "Team zeppelin", audience=f"group:{self.payments.pk}"), label="todos")
        self.assertEqual(self.found("zeppelin"), [])
        self.bob.groups.add(self.payments)
        self.assertEqual(self.found("zeppelin"), ["Team zeppelin"])
        self.bob.groups.remove(self.payments)
        self.assertEqual(self.found("zeppelin"), [])

    def test_a_plugin_that_is_off_has_nothing_to_be_found(self) -> None:
        self.index(note("1", "Zeppelin"), label="todos")
        with plugin_disabled("todos"):
            self.assertEqual(self.found("zeppelin"), [])
        self.assertEqual(self.found("zeppelin"), ["Zeppelin"])

    def test_who_lacks_the_permission_finds_nothing_and_an_admin_does(self) -> None:
        self.index(note("1", "Zeppelin one", permission="todos.read"), note("2", "Zeppelin two"), label="todos")
        take_from_everyone("todos.read")
        self.assertEqual(self.found("zeppelin", person("carl")), ["Zeppelin two"])
        take_from_everyone("todos.write")
        self.assertEqual(self.found("zeppelin", person("dora")), [])
        self.assertEqual(len(self.found("zeppelin", self.ann)), 2)

    def test_what_a_plugin_hides_from_somebody_is_not_found_by_them(self) -> None:
        self.index(note("1", "Zeppelin one"), note("2", "Zeppelin two"), note("3", "Zeppelin three"), label="todos")

        def visible(source: SearchSource, user: object) -> object:
            refs = Document.objects.values_list("ref", flat=True)
            if source.label != "todos":
                return None
            return {self.bob: refs.filter(ref__in=["1", "3"]), self.ann: refs}.get(user, refs.none())

        with patch.object(SearchSource, "visible_to", visible):
            for text in ("zeppelin", "zepp", "eppeli"):
                self.assertEqual(self.found(text), ["Zeppelin one", "Zeppelin three"])
            self.assertEqual(len(self.found("zeppelin", self.ann)), 3)
            self.assertEqual(self.found("zeppelin", person("carl")), [])

    def test_of_a_plugin_that_can_not_say_what_somebody_may_see_nothing_is_found(self) -> None:
        self.index(note("1", "Zeppelin"), label="todos")
        self.index(note("2", "Zeppelin of others"), label="announcements")
        for wrong in (RuntimeError("broken"), Document.objects.filter(label="x").values_list("pk"), "all"):

            def visible(source: SearchSource, user: object, wrong: object = wrong) -> object:
                if source.label != "todos":
                    return None
                if isinstance(wrong, Exception):
                    raise wrong
                return wrong

            with patch.object(SearchSource, "visible_to", visible), self.assertLogs("portal.search", "ERROR"):
                self.assertEqual(self.found("zeppelin"), ["Zeppelin of others"])

    def test_what_others_may_not_see_pushes_nothing_out(self) -> None:
        hidden = [note(f"h{number}", f"Zeppelin {number}", audience=f"user:{self.ann.pk}") for number in range(400)]
        self.index(*hidden, note("mine", "Zeppelin of mine", audience=f"user:{self.bob.pk}"), label="todos")
        self.assertEqual(self.found("zeppelin"), ["Zeppelin of mine"])

    def test_the_page_the_suggestions_and_the_api_agree(self) -> None:
        self.index(note("1", "Anns zeppelin", type="to-do", audience=f"user:{self.ann.pk}"), label="todos")
        for url in (
            "/search/?q=zeppelin",
            "/search/suggest/?q=zeppelin",
            "/api/search/query?term=zeppelin",
            "/search/?q=zeppelin&type=to-do",
        ):
            for user, sees in ((self.ann, True), (self.bob, False)):
                answer = self.client_of(user).get(url).content.decode()
                self.assertEqual("Anns" in answer, sees, url)

    def test_a_mistyped_word_of_others_finds_nothing(self) -> None:
        self.index(note("1", "Zeppelin", audience=f"user:{self.ann.pk}"), label="todos")
        self.assertNotContains(self.client_of(self.bob).get("/search/?q=zepelin"), "Zeppelin")

    def test_search_itself_needs_its_permission(self) -> None:
        take_from_everyone("search.read")
        self.assertEqual(self.client_of(person("carl")).get("/search/?q=x").status_code, 403)
        self.assertEqual(self.client.get("/search/?q=x").status_code, 302)
