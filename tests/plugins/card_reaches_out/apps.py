from portal.plugin import Card, Plugin


class CardReachesOut(Plugin):
    """Has a card that reaches for the page and for other sites."""

    name = "tests.plugins.card_reaches_out"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_reaches_out/one.html", slot="home:left", io="none"),)
