from portal.plugin import Card, Plugin


class PermissionUndeclared(Plugin):
    """Asks for a permission it doesn't declare."""

    name = "tests.plugins.permission_undeclared"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "Read"}
    cards = (Card("one", "permission_undeclared/one.html", slot="home:left", permission="permission_undeclared.write"),)
