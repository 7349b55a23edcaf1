from portal.plugin import Card, Plugin


class CardTemplateMalformed(Plugin):
    """Has a card whose template can't be read."""

    name = "tests.plugins.card_template_malformed"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_template_malformed/one.html", slot="home:left", io="none"),)
