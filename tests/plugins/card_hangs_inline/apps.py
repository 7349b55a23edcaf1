from portal.plugin import Card, Plugin


class CardHangsInline(Plugin):
    """Has a card that promised not to wait for the network."""

    name = "tests.plugins.card_hangs_inline"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_hangs_inline/one.html",
            slot="home:left",
            io="db",
            context="tests.plugins.card_hangs_inline.cards.one",
        ),
    )
