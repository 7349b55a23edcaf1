"""Drives the portal once in a process of its own, and prints as JSON how it stood.

python -m tests.contract.driver prepare             make the files that later processes get a copy of
python -m tests.contract.driver [--strict] [URL…]   run the commands, then ask for the URLs as Bob, an engineer
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

HOST_PAGES = ("/", "/settings/theme/", "/readyz", "/healthz", "/api/")
ADMIN_PAGES = (
    "/admin/",
    "/admin/portal/pluginstate/",
    "/admin/auth/user/",
    "/admin/auth/user/add/",
    "/admin/auth/group/",
)
STRANGERS_PAGES = ("/accounts/login/", "/admin/login/")
LONGEST_BODY = 500_000


def main(arguments: list[str]) -> None:
    """Start the portal, and do what is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    report = {"strict": start_strictly() if "--strict" in arguments else ""}
    started = time.monotonic()
    django.setup()
    report["start"] = time.monotonic() - started
    report |= prepare() if arguments == ["prepare"] else drive([one for one in arguments if one != "--strict"])
    sys.stdout.write(json.dumps(report))


def start_strictly() -> str:
    """Start in strict mode, in a child of its own, and return what stopped it; nothing when it started."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.environ["FOYER_STRICT_PLUGINS"] = "1"
        try:
            django.setup()
        except BaseException as error:  # noqa: BLE001 - whatever stops a start in strict mode
            os.write(writing, f"{type(error).__name__}: {error}"[:4000].encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return answer.read()


def prepare() -> dict[str, Any]:
    """Migrate, and make Ann, an admin, and Bob, an engineer."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    result = command("migrate", interactive=False, verbosity=0)
    command("collectstatic", interactive=False, verbosity=0)
    users = get_user_model().objects
    sessions = {}
    for person in (users.create_superuser("ann", first_name="Ann"), users.create_user("bob", first_name="Bob")):
        client = Client()
        client.force_login(person, "portal.services.accounts.AccountBackend")
        sessions[person.get_username()] = client.cookies["sessionid"].value
    return {"migrate": result, "sessions": sessions}


def drive(urls: list[str]) -> dict[str, Any]:
    """Run the commands, then look at the pages as a stranger, as Bob and as Ann."""
    from django.apps import apps

    labels = [label for label in ("portal", "healthy") if label in apps.app_configs]
    report: dict[str, Any] = {
        "migrate": command("migrate", interactive=False, verbosity=0),
        "check": command("check"),
        "makemigrations": command("makemigrations", *labels, check_changes=True, dry_run=True),
        "list": command("plugins", "list"),
    }
    report["stranger"] = visit("", STRANGERS_PAGES)
    report["bob"] = visit("bob", (*HOST_PAGES, *HEALTHY_PAGES, *urls, "/"))
    report["ann"] = visit("ann", ADMIN_PAGES)
    report["bob_after"] = visit("bob", ("/", *HEALTHY_PAGES))
    report["writes"] = write()
    return report


HEALTHY_PAGES = ("/healthy/", "/cards/healthy/notes/", "/api/healthy/notes", "/api/healthy/openapi.json")


def command(*args: str, **options: Any) -> dict[str, Any]:
    """Run a management command as the command line would, and return its exit code and output."""
    from django.core.management import call_command

    out, code = io.StringIO(), 0
    try:
        call_command(*args, stdout=out, stderr=out, **options)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    except Exception as error:  # noqa: BLE001 - what the command line would print
        code = 1
        out.write(f"{type(error).__name__}: {error}")
    return {"code": code, "output": out.getvalue()}


def visit(username: str, urls: tuple[str, ...]) -> dict[str, Any]:
    """Ask for each URL as ``username``, and return status and body of the last answer of each."""
    from django.contrib.auth import get_user_model
    from django.db import close_old_connections
    from django.test import Client

    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if username:
        client.force_login(get_user_model().objects.get(username=username), "portal.services.accounts.AccountBackend")
    answers: dict[str, Any] = {}
    for url in urls:
        started = time.monotonic()
        response = client.get(url)
        # As a server does after each request; the test client leaves connections as they are.
        close_old_connections()
        body = b"" if response.streaming else response.content
        answers[url] = {
            "status": response.status_code,
            "body": body[:LONGEST_BODY].decode(),
            "seconds": time.monotonic() - started,
        }
    return answers


def write() -> dict[str, Any]:
    """Save a user, make one and delete it, as people do all day."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    try:
        bob = users.get(username="bob")
        bob.last_name = "Brown"
        bob.save()
        users.create_user("eve").delete()
        # A connection of its own sees only what was really kept.
        with ThreadPoolExecutor(1) as other:
            kept = other.submit(lambda: list(users.order_by("pk").values_list("username", "first_name", "last_name")))
    except Exception as error:  # noqa: BLE001 - reported, whatever it is
        return {"code": 1, "output": f"{type(error).__name__}: {error}"}
    return {"code": 0, "superusers": users.filter(is_superuser=True).count(), "kept": kept.result()}


if __name__ == "__main__":
    main(sys.argv[1:])
