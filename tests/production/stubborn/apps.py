from __future__ import annotations

from portal.plugin import Plugin


class Stubborn(Plugin):
    """Holds on to its thread, ends its process, and tells what it sees of the client."""

    name = "tests.production.stubborn"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
