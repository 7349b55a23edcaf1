from __future__ import annotations

from plugins.catalog.models import Entity
from plugins.catalog.tests.files import component, fill, group
from portal.api import SearchDocument, search_sources
from portal.testing import PluginTestCase

USER = """apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: erin
spec:
  profile:
    displayName: Erin Walsh
    email: erin@acme.example
  memberOf: []
"""


def documents() -> dict[str, SearchDocument]:
    """What the catalog gives to be found, by reference."""
    [source] = [one for one in search_sources() if one.label == "catalog"]
    return {one.ref: one for one in source.documents()}


class SearchTest(PluginTestCase):
    def test_an_entity_has_the_fields_of_backstages_documents(self) -> None:
        fill(a=component("harbour", owner="group:Dock"), b=group("dock", "The dock"))
        found = documents()["component:default/harbour"]
        self.assertEqual(
            found.fields,
            {
                "kind": "Component", "namespace": "default", "name": "harbour", "type": "service",
                "componentType": "service", "lifecycle": "production", "owner": "group:Dock",
                "entityRef": "component:default/harbour",
            },
        )  # fmt: skip
        self.assertEqual(found.owner, "The dock")

    def test_an_entity_without_a_type_has_backstages_word_for_it(self) -> None:
        fill(a=USER)
        self.assertEqual(documents()["user:default/erin"].fields["type"], "other")

    def test_an_entity_without_a_lifecycle_and_an_owner_has_them_empty_as_in_backstage(self) -> None:
        fill(a=USER)
        fields = documents()["user:default/erin"].fields
        self.assertEqual((fields["lifecycle"], fields["owner"]), ("", ""))

    def test_people_are_found_by_their_address_and_the_name_they_show(self) -> None:
        fill(a=USER)
        keywords = documents()["user:default/erin"].keywords
        self.assertLessEqual({"erin@acme.example", "Erin Walsh"}, {*keywords})

    def test_a_title_of_spaces_gives_way_to_the_name(self) -> None:
        fill(a=component("harbour", metadata='  title: "  "'))
        self.assertEqual(Entity.objects.get(name="harbour").title.strip(), "")
        self.assertEqual(documents()["component:default/harbour"].title, "harbour")

    def test_the_text_is_the_description_without_the_marks_of_markdown(self) -> None:
        fill(
            a=component(
                "harbour", metadata="  description: |\n    - A *ship* is `moored`, see [there](https://a.example/)."
            )
        )
        text = documents()["component:default/harbour"].text
        self.assertEqual(text.split(), "A ship is moored, see there.".split())

    def test_the_number_of_queries_is_that_of_the_chunks(self) -> None:
        fill(**{f"c{number}": component(f"harbour-{number}") for number in range(20)})
        with self.assertNumQueries(5):
            self.assertEqual(len(documents()), 20)
