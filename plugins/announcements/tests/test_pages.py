from __future__ import annotations

import json

from django.utils import timezone

from plugins.announcements.models import Dismissal
from portal.testing import plugin_disabled, render_card, take_from_everyone

from .case import HTMX, AnnouncementsTestCase


class ListTest(AnnouncementsTestCase):
    def titles(self, query: str = "") -> list[str]:
        return [one.title for one in self.client.get(f"/announcements/{query}").context["page_obj"]]

    def test_it_lists_what_holds_now_pinned_first_then_the_newest(self) -> None:
        self.announcement("Older", -5)
        self.announcement("Newer", -2, ends=1)
        self.announcement("Pinned", -9, pinned=True)
        self.announcement("Scheduled", 1)
        self.announcement("Past", -5, ends=-1)
        self.assertEqual(self.titles(), ["Pinned", "Newer", "Older"])

    def test_past_lists_what_has_ended(self) -> None:
        self.announcement("Now")
        self.announcement("Past", -5, ends=-1)
        self.assertEqual(self.titles("?show=past"), ["Past"])

    def test_it_counts_both(self) -> None:
        self.announcement()
        self.announcement("Past", -5, ends=-1)
        self.announcement("Scheduled", 1)
        response = self.client.get("/announcements/")
        self.assertEqual(response.context["counts"], {"current": 1, "past": 1})

    def test_it_comes_in_pages(self) -> None:
        for number in range(23):
            self.announcement(f"Number {number}", -number - 1)
        self.assertEqual(len(self.titles()), 20)
        self.assertEqual(len(self.titles("?page=2")), 3)

    def test_empty_lists_say_what_would_be_there(self) -> None:
        self.assertContains(self.client.get("/announcements/"), "No announcements")
        self.assertContains(self.client.get("/announcements/?show=past"), "Nothing has ended yet")

    def test_severity_is_a_word_too(self) -> None:
        self.announcement(severity="danger")
        self.assertContains(self.client.get("/announcements/"), "Outage")

    def test_the_number_of_queries_does_not_grow_with_the_list(self) -> None:
        self.announcement(author=self.ann)
        few = self.queries("/announcements/")
        for number in range(15):
            self.announcement(f"Number {number}", author=self.ann)
        self.assertEqual(self.queries("/announcements/"), few)
        self.assertLessEqual(few, 7)

    def test_those_who_may_write_find_the_way(self) -> None:
        self.assertNotContains(self.client.get("/announcements/"), "Write announcement")
        self.assertContains(self.client_of(self.ann).get("/announcements/"), "Write announcement")


class DetailTest(AnnouncementsTestCase):
    def test_it_shows_the_text_as_html(self) -> None:
        response = self.client.get(f"/announcements/{self.announcement(author=self.ann).pk}/")
        self.assertContains(response, "<strong>database</strong>")
        self.assertContains(response, "by Ann")

    def test_hostile_text_is_shown_literally(self) -> None:
        one = self.announcement("<b>x</b>", text="<img src=x onerror=alert(1)> [x](javascript:alert(1))")
        response = self.client.get(f"/announcements/{one.pk}/")
        self.assertContains(response, "&lt;b&gt;x&lt;/b&gt;")
        self.assertNotContains(response, "<img")
        self.assertNotContains(response, 'href="javascript')

    def test_one_that_has_ended_can_still_be_read(self) -> None:
        one = self.announcement(begins=-5, ends=-1)
        response = self.client.get(f"/announcements/{one.pk}/")
        self.assertContains(response, "ended")
        self.assertNotContains(response, "/dismiss/")

    def test_one_that_has_not_begun_does_not_exist_yet(self) -> None:
        self.assertEqual(self.client.get(f"/announcements/{self.announcement(begins=1).pk}/").status_code, 404)


class DismissTest(AnnouncementsTestCase):
    def card(self) -> str:
        outcome = render_card("announcements.current", self.bob)
        self.assertEqual(outcome.state, "ready", outcome.reason)
        return outcome.content.html

    def test_it_takes_it_off_the_home_page_of_this_user_only(self) -> None:
        one = self.announcement()
        page = "http://testserver/announcements/"
        response = self.client.post(f"/announcements/{one.pk}/dismiss/", headers={"Referer": page})
        self.assertRedirects(response, page)
        self.assertNotIn(f"/announcements/{one.pk}/", self.card())
        self.assertIn(f"/announcements/{one.pk}/", render_card("announcements.current", self.ann).content.html)

    def test_it_stays_on_the_page_with_the_way_back(self) -> None:
        one = self.announcement()
        self.client.post(f"/announcements/{one.pk}/dismiss/")
        self.assertContains(self.client.get("/announcements/"), "Show on my home page again")
        self.client.post(f"/announcements/{one.pk}/restore/")
        self.assertIn(f"/announcements/{one.pk}/", self.card())

    def test_twice_is_once(self) -> None:
        one = self.announcement()
        self.client.post(f"/announcements/{one.pk}/dismiss/")
        self.assertEqual(self.client.post(f"/announcements/{one.pk}/dismiss/").status_code, 302)
        self.assertEqual(Dismissal.objects.count(), 1)

    def test_htmx_gets_the_button_back_a_notice_and_an_event(self) -> None:
        one = self.announcement('Say "hi"')
        response = self.client.post(f"/announcements/{one.pk}/dismiss/", headers=HTMX)
        self.assertContains(response, f'hx-post="/announcements/{one.pk}/restore/"')
        self.assertNotContains(response, "<html")
        events = json.loads(response["HX-Trigger"])
        self.assertEqual(events["foyer:notice"]["value"], '“Say "hi"” is off your home page.')
        self.assertIn("announcements:dismissed", events)

    def test_only_what_holds_now_can_be_dismissed(self) -> None:
        for one in (self.announcement(begins=1), self.announcement(begins=-5, ends=-1)):
            self.assertEqual(self.client.post(f"/announcements/{one.pk}/dismiss/").status_code, 404)

    def test_a_link_does_not_dismiss(self) -> None:
        self.assertEqual(self.client.get(f"/announcements/{self.announcement().pk}/dismiss/").status_code, 405)

    def test_it_leads_to_no_other_site(self) -> None:
        one = self.announcement()
        response = self.client.post(f"/announcements/{one.pk}/dismiss/", headers={"Referer": "https://evil.example/"})
        self.assertRedirects(response, f"/announcements/{one.pk}/")


class CardTest(AnnouncementsTestCase):
    def test_it_shows_as_many_as_fit_and_counts_them_all(self) -> None:
        for number in range(7):
            self.announcement(f"Number {number}", -number - 1)
        self.announcement("Scheduled", 1)
        self.announcement("Past", -5, ends=-1)
        content = render_card("announcements.current", self.bob).content
        self.assertEqual(content.html.count('class="row"'), 5)
        self.assertEqual(content.count, 7)

    def test_its_button_posts_with_htmx_and_leads_to_the_page_without(self) -> None:
        one = self.announcement()
        html = render_card("announcements.current", self.bob).content.html
        self.assertIn(f'action="/announcements/{one.pk}/"', html)
        self.assertIn(f'hx-post="/announcements/{one.pk}/dismiss/"', html)
        self.assertIn('hx-trigger="announcements:dismissed from:body"', html)

    def test_it_says_when_there_is_nothing_new(self) -> None:
        self.assertIn("Nothing new", render_card("announcements.current", self.bob).content.html)

    def test_it_stands_on_the_home_page(self) -> None:
        one = self.announcement()
        self.assertContains(self.client.get("/"), f"/announcements/{one.pk}/")


class AccessTest(AnnouncementsTestCase):
    def test_a_stranger_is_sent_to_sign_in(self) -> None:
        self.client.logout()
        self.assertRedirects(self.client.get("/announcements/"), "/accounts/login/?next=/announcements/")

    def test_without_the_permission_there_is_no_page_no_card_and_no_link(self) -> None:
        self.announcement()
        take_from_everyone("announcements.read")
        self.assertEqual(self.client.get("/announcements/").status_code, 403)
        self.assertNotContains(self.client.get("/"), "Announcements")

    def test_it_is_gone_while_it_is_off(self) -> None:
        with plugin_disabled("announcements"):
            self.assertEqual(self.client.get("/announcements/").status_code, 404)
            self.assertEqual(self.client.get("/api/announcements/announcements").status_code, 404)
            self.assertNotContains(self.client.get("/"), "Announcements")


class ApiTest(AnnouncementsTestCase):
    URL = "/api/announcements/announcements"

    def test_it_lists_what_holds_now_or_what_has_ended(self) -> None:
        self.announcement("Now", severity="warning")
        self.announcement("Past", -5, ends=-1)
        self.announcement("Scheduled", 1)
        body = self.client.get(self.URL).json()
        self.assertEqual([(one["title"], one["severity"]) for one in body["items"]], [("Now", "warning")])
        self.assertEqual(body["count"], 1)
        past = self.client.get(self.URL, {"show": "past"}).json()["items"]
        self.assertEqual([one["title"] for one in past], ["Past"])

    def test_it_returns_one_with_safe_html(self) -> None:
        one = self.client.get(f"{self.URL}/{self.announcement(text='<b>').pk}").json()
        self.assertEqual((one["text"], one["html"]), ("<b>", "<p>&lt;b&gt;</p>\n"))

    def test_one_that_has_not_begun_does_not_exist_yet(self) -> None:
        self.assertEqual(self.client.get(f"{self.URL}/{self.announcement(begins=1).pk}").status_code, 404)

    def test_it_dismisses_and_restores(self) -> None:
        url = f"{self.URL}/{self.announcement().pk}"
        for method, dismissed in ((self.client.put, True), (self.client.put, True), (self.client.delete, False)):
            self.assertEqual(method(f"{url}/dismissal").status_code, 204)
            self.assertEqual(self.client.get(url).json()["dismissed"], dismissed)

    def test_a_stranger_is_told_to_sign_in(self) -> None:
        self.client.logout()
        self.assertEqual(self.client.get(self.URL).status_code, 401)

    def test_the_time_it_was_made_decides_in_one_moment(self) -> None:
        one = self.announcement(begins=-2)
        one.ends_at = timezone.now()
        one.save()
        self.assertEqual(self.client.get(self.URL).json()["count"], 0)
        self.assertEqual(self.client.get(self.URL, {"show": "past"}).json()["count"], 1)
