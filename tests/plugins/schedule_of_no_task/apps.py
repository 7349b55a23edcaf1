from portal.plugin import Plugin, Schedule


class ScheduleOfNoTask(Plugin):
    """Schedules a function that is no task."""

    name = "tests.plugins.schedule_of_no_task"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    schedules = (Schedule("sweep", "tests.plugins.schedule_of_no_task.tasks.sweep", every=60),)
