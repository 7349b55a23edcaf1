from portal.plugin import Card, Plugin


class CardSizeUnknown(Plugin):
    """Asks for a size that doesn't exist."""

    name = "tests.plugins.card_size_unknown"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_size_unknown/one.html", slot="home:left", size="XL"),)
