from portal.plugin import Plugin


class AdminReplacesUsers(Plugin):
    """Administers the users its own way."""

    name = "tests.plugins.admin_replaces_users"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
