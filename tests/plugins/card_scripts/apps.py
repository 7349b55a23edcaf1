from portal.plugin import Card, Plugin


class CardScripts(Plugin):
    """Has a card with every way to run a script."""

    name = "tests.plugins.card_scripts"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_scripts/one.html", slot="home:left", io="none"),)
