from portal.plugin import Card, Plugin


class CardClosesConnection(Plugin):
    """Has a card that closes the database."""

    name = "tests.plugins.card_closes_connection"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_closes_connection/one.html",
            slot="home:left",
            io="db",
            context="tests.plugins.card_closes_connection.cards.one",
        ),
    )
