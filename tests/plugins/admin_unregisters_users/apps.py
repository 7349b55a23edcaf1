from portal.plugin import Plugin


class AdminUnregistersUsers(Plugin):
    """Takes the users out of the admin."""

    name = "tests.plugins.admin_unregisters_users"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
