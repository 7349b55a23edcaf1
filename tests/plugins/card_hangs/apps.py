from portal.plugin import Card, Plugin


class CardHangs(Plugin):
    """Has a card that never comes."""

    name = "tests.plugins.card_hangs"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card("one", "card_hangs/one.html", slot="home:left", io="net", context="tests.plugins.card_hangs.cards.one"),
    )
