from portal.plugin import Card, Plugin


class CardsWithoutComma(Plugin):
    """Forgets the comma that makes a tuple."""

    name = "tests.plugins.cards_without_comma"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = Card("one", "cards_without_comma/one.html", slot="home:left")
