from portal.plugin import Plugin


class ModelsClashGroups(Plugin):
    """Replaces groups of every user, by its name alone."""

    name = "tests.plugins.models_clash_groups"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
