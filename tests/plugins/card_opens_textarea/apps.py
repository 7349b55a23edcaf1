from portal.plugin import Card, Plugin


class CardOpensTextarea(Plugin):
    """Has a card that swallows the rest of the page."""

    name = "tests.plugins.card_opens_textarea"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_opens_textarea/one.html", slot="home:left", io="none"),)
