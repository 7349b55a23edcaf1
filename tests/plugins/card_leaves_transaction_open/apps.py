from portal.plugin import Card, Plugin


class CardLeavesTransactionOpen(Plugin):
    """Has a card that begins a transaction and never ends it."""

    name = "tests.plugins.card_leaves_transaction_open"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_leaves_transaction_open/one.html",
            slot="home:left",
            io="db",
            context="tests.plugins.card_leaves_transaction_open.cards.one",
        ),
    )
