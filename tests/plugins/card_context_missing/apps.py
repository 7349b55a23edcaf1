from portal.plugin import Card, Plugin


class CardContextMissing(Plugin):
    """Names a function that doesn't exist."""

    name = "tests.plugins.card_context_missing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_context_missing/one.html",
            slot="home:left",
            io="none",
            context="tests.plugins.card_context_missing.cards.one",
        ),
    )
