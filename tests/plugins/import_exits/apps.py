import sys

from portal.plugin import Plugin

sys.exit(3)


class ImportExits(Plugin):
    """Ends the process while it is imported."""

    name = "tests.plugins.import_exits"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
