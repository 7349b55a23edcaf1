from portal.plugin import Card, Plugin


class CardTwice(Plugin):
    """Declares a card twice."""

    name = "tests.plugins.card_twice"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_twice/one.html", slot="home:left"), Card("one", "card_twice/one.html", slot="home:left"))
