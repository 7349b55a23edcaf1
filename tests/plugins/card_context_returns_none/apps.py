from portal.plugin import Card, Plugin


class CardContextReturnsNone(Plugin):
    """Has a card without values."""

    name = "tests.plugins.card_context_returns_none"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_context_returns_none/one.html",
            slot="home:left",
            io="none",
            context="tests.plugins.card_context_returns_none.cards.one",
        ),
    )
