from portal.plugin import Plugin, Slot


class SlotTwice(Plugin):
    """Declares a slot twice."""

    name = "tests.plugins.slot_twice"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    slots = (Slot("slot_twice:a"), Slot("slot_twice:a"))
