from portal.plugin import Card, Plugin


class CardTemplateMissing(Plugin):
    """Has a card without its template."""

    name = "tests.plugins.card_template_missing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_template_missing/one.html", slot="home:left", io="none"),)
