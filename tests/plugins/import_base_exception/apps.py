from portal.plugin import Plugin


class Stop(BaseException):
    """Not an Exception."""


raise Stop("everything must end")


class ImportBaseException(Plugin):
    """Raises what `except Exception` lets pass."""

    name = "tests.plugins.import_base_exception"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
