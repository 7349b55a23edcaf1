from portal.plugin import Card, Plugin


class CardRendersTooMuch(Plugin):
    """Has a card of five megabytes."""

    name = "tests.plugins.card_renders_too_much"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (
        Card(
            "one",
            "card_renders_too_much/one.html",
            slot="home:left",
            io="none",
            context="tests.plugins.card_renders_too_much.cards.one",
        ),
    )
