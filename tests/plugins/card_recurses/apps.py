from portal.plugin import Card, Plugin


class CardRecurses(Plugin):
    """Has a card that calls itself for ever."""

    name = "tests.plugins.card_recurses"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_recurses/one.html",
            slot="home:left",
            io="none",
            context="tests.plugins.card_recurses.cards.one",
        ),
    )
