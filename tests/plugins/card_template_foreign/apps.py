from portal.plugin import Card, Plugin


class CardTemplateForeign(Plugin):
    """Uses another plugin's template."""

    name = "tests.plugins.card_template_foreign"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "healthy/notes.html", slot="home:left"),)
