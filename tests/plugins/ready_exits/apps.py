import sys

from portal.plugin import Plugin


class ReadyExits(Plugin):
    """Ends the process when it is ready."""

    name = "tests.plugins.ready_exits"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        sys.exit(0)
