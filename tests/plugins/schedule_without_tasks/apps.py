from portal.plugin import Plugin, Schedule


class ScheduleWithoutTasks(Plugin):
    """Declares a schedule and has no tasks."""

    name = "tests.plugins.schedule_without_tasks"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    schedules = (Schedule("sweep", "tests.plugins.schedule_without_tasks.tasks.sweep", every=60),)
