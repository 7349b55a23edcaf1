from portal.plugin import Card, Plugin


class CardSlotUnknown(Plugin):
    """Puts a card where the host has no slot."""

    name = "tests.plugins.card_slot_unknown"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    cards = (Card("one", "card_slot_unknown/one.html", slot="home:middle"),)
