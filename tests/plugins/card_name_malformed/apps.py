from portal.plugin import Card, Plugin


class CardNameMalformed(Plugin):
    """Names a card as no URL can."""

    name = "tests.plugins.card_name_malformed"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("My card", "card_name_malformed/one.html", slot="home:left"),)
