from portal.plugin import Card, Plugin


class CardExits(Plugin):
    """Has a card that ends the process."""

    name = "tests.plugins.card_exits"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card("one", "card_exits/one.html", slot="home:left", io="none", context="tests.plugins.card_exits.cards.one"),
    )
