from __future__ import annotations

from portal.testing import PluginTestCase, plugin_disabled, render_card


class ${class_name}Test(PluginTestCase):
    def test_the_page_greets(self) -> None:
        response = self.client_of(self.bob).get("/$label/")
        self.assertContains(response, "Hello, Bob")

    def test_the_card_greets(self) -> None:
        outcome = render_card("$label.greeting", self.bob)
        self.assertEqual(outcome.state, "ready", outcome.reason)
        self.assertIn("Hello, Bob", outcome.content.html)

    def test_the_api_greets(self) -> None:
        response = self.client_of(self.bob).get("/api/$label/greeting")
        self.assertEqual(response.json(), {"greeting": "Hello, Bob"})

    def test_a_stranger_is_sent_to_sign_in(self) -> None:
        self.assertRedirects(self.client.get("/$label/"), "/accounts/login/?next=/$label/")

    def test_it_is_gone_while_it_is_off(self) -> None:
        with plugin_disabled("$label"):
            self.assertEqual(self.client_of(self.bob).get("/$label/").status_code, 404)
