from portal.plugin import Card, Plugin


class CardOpensComment(Plugin):
    """Has a card that comments the rest of the page away."""

    name = "tests.plugins.card_opens_comment"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_opens_comment/one.html", slot="home:left", io="none"),)
