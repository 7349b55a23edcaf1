"""manage.py worker: runs tasks in the background."""

from __future__ import annotations

import os
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.tasks.worker import Worker


class Command(BaseCommand):
    """Runs until it gets SIGTERM or SIGINT; then it has a few seconds for the task it is in."""

    help = "Run tasks in the background: what plugins enqueue, and what they scheduled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--until-idle", action="store_true", help="stop when nothing is due")
        parser.add_argument("--beside-server", type=int, default=0, metavar="PID", help="end with this parent process")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        worker = Worker(options["beside_server"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        if options["beside_server"]:
            # People who wait for pages go first.
            os.nice(5)
        worker.run(until_idle=options["until_idle"])
