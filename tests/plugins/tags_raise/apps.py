from portal.plugin import Plugin


class TagsRaise(Plugin):
    """Raises in a tag library."""

    name = "tests.plugins.tags_raise"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
