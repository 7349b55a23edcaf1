from portal.plugin import Card, Plugin


class CardsInList(Plugin):
    """Declares its cards in a list."""

    name = "tests.plugins.cards_in_list"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = [Card("one", "cards_in_list/one.html", slot="home:left")]  # noqa: RUF012 - the fault
