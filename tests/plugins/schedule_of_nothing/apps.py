from portal.plugin import Plugin, Schedule


class ScheduleOfNothing(Plugin):
    """Schedules a task that is not there."""

    name = "tests.plugins.schedule_of_nothing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    schedules = (Schedule("sweep", "tests.plugins.schedule_of_nothing.tasks.sweep", every=60),)
