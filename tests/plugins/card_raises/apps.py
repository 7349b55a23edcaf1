from portal.plugin import Card, Plugin


class CardRaises(Plugin):
    """Has a card that raises."""

    name = "tests.plugins.card_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card("one", "card_raises/one.html", slot="home:left", io="none", context="tests.plugins.card_raises.cards.one"),
    )
