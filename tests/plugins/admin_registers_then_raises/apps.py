from portal.plugin import Plugin


class AdminRegistersThenRaises(Plugin):
    """Registers its model, then raises."""

    name = "tests.plugins.admin_registers_then_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
