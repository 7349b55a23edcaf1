from portal.plugin import Card, Plugin


class CardRendersNothing(Plugin):
    """Has a card that renders nothing."""

    name = "tests.plugins.card_renders_nothing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_renders_nothing/one.html", slot="home:left", io="none"),)
