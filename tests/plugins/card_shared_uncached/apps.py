from portal.plugin import Card, Plugin


class CardSharedUncached(Plugin):
    """Shares a card that is never cached."""

    name = "tests.plugins.card_shared_uncached"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_shared_uncached/one.html", slot="home:left", shared=True),)
