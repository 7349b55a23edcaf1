from __future__ import annotations

from typing import Any
from unittest.mock import patch

from plugins.search import api, finding
from portal.testing import person, take_from_everyone

from .case import SearchTestCase, note

URL = "/api/search/query"


class ApiTest(SearchTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.bob)

    def ask(self, status: int = 200, **query: Any) -> dict[str, Any]:
        response = self.client.get(URL, query)
        self.assertEqual(response.status_code, status, response.content)
        self.assertEqual(response["Content-Type"].partition(";")[0], "application/json")
        return response.json()

    def titles(self, **query: Any) -> list[str]:
        return [one["document"]["title"] for one in self.ask(**query)["results"]]

    def test_a_result_has_backstages_shape(self) -> None:
        self.index(note("1", "Harbour", type="component", text="Ships", fields={"kind": "Component"}, owner="Dock"))
        self.assertEqual(
            self.ask(term="harbour"),
            {
                "results": [
                    {
                        "type": "software-catalog",
                        "document": {
                            "title": "Harbour", "text": "Ships", "location": "/", "kind": "Component", "owner": "Dock",
                        },
                        "rank": 1,
                    }
                ],
                "numberOfResults": 1,
            },
        )  # fmt: skip

    def test_nothing_found_is_backstages_empty_answer(self) -> None:
        self.assertEqual(self.ask(term="zzzqqq"), {"results": [], "numberOfResults": 0})
        self.assertEqual(self.ask(term="?!"), {"results": [], "numberOfResults": 0})

    def test_types_are_asked_for_by_our_names_or_backstages(self) -> None:
        self.index(note("1", "Harbour", type="component"), note("2", "Harbour team", type="team"))
        self.index(note("3", "Harbour to-do", type="to-do"), label="todos")
        self.assertEqual(self.titles(**{"term": "harbour", "types[0]": "to-do"}), ["Harbour to-do"])
        self.assertEqual(len(self.titles(**{"term": "harbour", "types[]": "software-catalog"})), 2)
        self.assertEqual(self.titles(term="harbour", types="nothing"), [])

    def test_filters_are_by_field_and_of_several_values_one_must_hold(self) -> None:
        for ref, kind in (("1", "Component"), ("2", "API"), ("3", "System")):
            self.index(note(ref, f"Harbour {kind}", fields={"kind": kind, "lifecycle": "production"}))
        self.assertEqual(self.titles(**{"term": "harbour", "filters[kind]": "component"}), ["Harbour Component"])
        both = {"term": "harbour", "filters[kind][0]": "API", "filters[kind][1]": "System"}
        self.assertEqual(set(self.titles(**both)), {"Harbour API", "Harbour System"})
        self.assertEqual(self.titles(**both, **{"filters[lifecycle]": "deprecated"}), [])

    def test_no_filters_at_all_may_be_written_out(self) -> None:
        self.index(note("1", "Harbour"))
        self.assertEqual(self.titles(term="harbour", filters=""), ["Harbour"])

    def test_without_a_term_everything_is_listed_by_title(self) -> None:
        self.index(note("1", "Harbour"), note("2", "Anchor"))
        self.assertEqual(self.titles(), ["Anchor", "Harbour"])

    def test_cursors_lead_through_all_pages_and_back(self) -> None:
        self.index(*(note(str(one), f"Harbour {one:02}") for one in range(25)))
        first = self.ask(term="harbour", pageLimit=10)
        self.assertNotIn("previousPageCursor", first)
        second = self.ask(term="harbour", pageLimit=10, pageCursor=first["nextPageCursor"])
        third = self.ask(term="harbour", pageLimit=10, pageCursor=second["nextPageCursor"])
        self.assertNotIn("nextPageCursor", third)
        self.assertEqual([len(page["results"]) for page in (first, second, third)], [10, 10, 5])
        self.assertEqual(third["results"][-1]["rank"], 25)
        self.assertEqual(self.ask(term="harbour", pageLimit=10, pageCursor=second["previousPageCursor"]), first)

    def test_what_is_out_of_bounds_is_an_input_error_in_backstages_shape(self) -> None:
        for query in (
            {"term": "x" * 101},
            {"pageLimit": "0"}, {"pageLimit": "101"}, {"pageLimit": "-1"}, {"pageLimit": "ten"},
            {"pageLimit": "9" * 30},
            {"pageCursor": "?"}, {"pageCursor": "LTE="}, {"pageCursor": "OTk5OTk5"}, {"pageCursor": "4pGg"},
            {"filters": "kind"},
        ):  # fmt: skip
            error = self.ask(400, **query)
            self.assertEqual((error["error"]["name"], error["response"]), ("InputError", {"statusCode": 400}))
            self.assertTrue(error["request"]["url"].startswith("/query?"))

    def test_a_parameter_that_is_no_list_is_given_once(self) -> None:
        for name, values in (("term", ["a", "b"]), ("pageLimit", ["1", "2"]), ("pageCursor", ["MA==", "MQ=="])):
            self.assertIn(f"{name} may be given once", self.ask(400, **{name: values})["error"]["message"])

    def test_a_limit_is_a_number_when_it_is_given(self) -> None:
        self.assertIn("pageLimit must be a whole number", self.ask(400, pageLimit="")["error"]["message"])

    def test_a_term_of_a_hundred_characters_is_answered(self) -> None:
        self.ask(term="x" * 100)

    def test_a_stranger_is_told_to_sign_in_and_who_may_not_is_refused(self) -> None:
        self.client.logout()
        self.assertEqual(self.ask(401)["error"]["name"], "AuthenticationError")
        take_from_everyone("search.read")
        self.client.force_login(person("carl"))
        self.assertEqual(self.ask(403)["error"]["name"], "NotAllowedError")

    def test_the_owner_is_the_field_of_that_name_where_there_is_one(self) -> None:
        self.index(note("1", "Harbour", owner="Dock", fields={"owner": "group:dock"}))
        self.assertEqual(self.ask(term="harbour")["results"][0]["document"]["owner"], "group:dock")
        self.assertEqual(self.titles(**{"term": "harbour", "filters[owner]": "group:dock"}), ["Harbour"])

    def test_the_number_of_results_is_left_out_when_not_all_were_counted(self) -> None:
        self.index(*(note(str(one), f"Harbour {one:02}") for one in range(12)))
        for query in ({"term": "harbour"}, {"term": "arbou"}, {"term": "harbuor"}, {"term": "harbour quixotry"}, {}):
            with patch.multiple(finding, CAP=10, KEYS=5), patch.object(api, "REACH", 10):
                answer = self.ask(pageLimit=5, **query)
                self.assertNotIn("numberOfResults", answer, query)
                self.assertIn("nextPageCursor", answer)
            with patch.multiple(finding, CAP=13, KEYS=5), patch.object(api, "REACH", 12):
                self.assertEqual(self.ask(pageLimit=6, **query)["numberOfResults"], 12, query)
