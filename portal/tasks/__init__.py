"""Background work: declaring tasks, the queue, schedules, leases and the worker."""
