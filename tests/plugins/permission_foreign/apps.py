from portal.plugin import Link, Plugin


class PermissionForeign(Plugin):
    """Asks for a permission of another plugin."""

    name = "tests.plugins.permission_foreign"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    nav = (Link("Notes", "permission_foreign:index", permission="healthy.read"),)
