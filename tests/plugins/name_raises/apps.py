from portal.plugin import Plugin


class Broken:
    """A lazy text whose function fails."""

    def __str__(self) -> str:
        raise RuntimeError("no translation today")

    def __repr__(self) -> str:
        raise RuntimeError("no translation today")


class NameRaises(Plugin):
    """Has a name for people that can't be read."""

    name = "tests.plugins.name_raises"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    verbose_name = Broken()
