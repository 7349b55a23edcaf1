from portal.plugin import Plugin, Slot


class SlotForeign(Plugin):
    """Declares a slot in another plugin's page."""

    name = "tests.plugins.slot_foreign"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    slots = (Slot("healthy.note:top"),)
