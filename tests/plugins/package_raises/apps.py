from portal.plugin import Plugin


class PackageRaises(Plugin):
    """Raises before its apps.py is reached."""

    name = "tests.plugins.package_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
