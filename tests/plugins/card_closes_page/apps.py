from portal.plugin import Card, Plugin


class CardClosesPage(Plugin):
    """Has a card that closes the page around it."""

    name = "tests.plugins.card_closes_page"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_closes_page/one.html", slot="home:left", io="none"),)
