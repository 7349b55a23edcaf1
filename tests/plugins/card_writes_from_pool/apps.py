from portal.plugin import Card, Plugin


class CardWritesFromPool(Plugin):
    """Has a card that writes on a thread of the pool."""

    name = "tests.plugins.card_writes_from_pool"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_writes_from_pool/one.html",
            slot="home:left",
            io="net",
            context="tests.plugins.card_writes_from_pool.cards.one",
        ),
    )
