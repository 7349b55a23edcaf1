from portal.plugin import Card, Plugin


class CardWrites(Plugin):
    """Has a card that writes."""

    name = "tests.plugins.card_writes"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card("one", "card_writes/one.html", slot="home:left", io="db", context="tests.plugins.card_writes.cards.one"),
    )
