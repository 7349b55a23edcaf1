from portal.plugin import Plugin


class TagsForeignName(Plugin):
    """Replaces Django's library of the same name."""

    name = "tests.plugins.tags_foreign_name"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
