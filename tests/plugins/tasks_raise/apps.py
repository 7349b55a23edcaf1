from portal.plugin import Plugin


class TasksRaise(Plugin):
    """Raises while its tasks are imported."""

    name = "tests.plugins.tasks_raise"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
