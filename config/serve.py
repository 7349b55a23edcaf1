"""Starts the server: ``python -m config.serve``. Listens on HOST (127.0.0.1) and PORT (8000)."""

from __future__ import annotations

import ipaddress
import logging
import time

from django.core.exceptions import ImproperlyConfigured
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from config import env
from config.logging import server_logging
from config.workers import workers

# granian counts open connections, idle ones among them, so this must be far above the number of threads.
CONNECTIONS = 1024
HEADER_SECONDS = 10
STOP_SECONDS = 5
PROVEN_SECONDS = 15

log = logging.getLogger("_granian")


def main() -> None:
    """Serve until told to stop, with FOYER_WORKERS task workers beside.

    granian gives up when a worker dies twice within seconds. That is right for a server that can't start, but a
    plugin that ends the process must not end the portal, so a server that has proven itself is started again.
    """
    running = server()
    number = env.integer("FOYER_WORKERS", 1, minimum=0)
    with workers(number, running.bind_addr, running.bind_port):
        proven = False
        while True:
            started = time.monotonic()
            try:
                running.serve()
            except SystemExit:
                proven = proven or time.monotonic() - started > PROVEN_SECONDS
                if running.interrupt_signal or not proven:
                    raise
                log.error("The workers died again and again; the server starts anew.")
                time.sleep(1)
                running = server()
            else:
                return


def server() -> Granian:
    """Return the server as the environment describes it. Raises ImproperlyConfigured for a value that can't be used.

    Each of FOYER_PROCESSES workers answers FOYER_THREADS requests at once and lets further ones wait. At a stop, a
    worker has 5 s for the requests it is in before it is killed.
    """
    mode = env.choice("FOYER_MODE", "local", ("local", "production"))
    host = env.text("HOST", "127.0.0.1")
    if mode == "local" and not _is_loopback(host):
        raise ImproperlyConfigured(
            f"HOST is {host}, but local mode is for this machine only: set FOYER_MODE=production, or HOST=127.0.0.1."
        )
    return Granian(
        "config.wsgi:application",
        address=host,
        port=env.integer("PORT", 8000, minimum=1),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=env.integer("FOYER_PROCESSES", 1, minimum=1),
        blocking_threads=env.integer("FOYER_THREADS", 16, minimum=4),
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS,
        log_dictconfig=server_logging(production=mode == "production"),
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    main()
