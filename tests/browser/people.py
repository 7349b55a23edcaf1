"""Makes the people of the browser tests, signed in: ``python -m tests.browser.people`` prints their sessions."""

from __future__ import annotations

import json
import sys

import django

# Name and permissions, besides what everybody holds. Each has a to-do that nobody else may see.
PEOPLE = {
    "ann": ("moody.whose",),
    "bob": ("moody.whose",),
    "fay": ("moody.failing",),
    "kim": (),
    "lee": ("moody.late",),
    "sam": ("moody.bell",),
}
DEMO = ("erin", "ada")


def main() -> None:
    """Make those who are missing, and print ``{name: key of a new session}``."""
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    from plugins.todos.models import Todo
    from portal.testing import person

    for name, permissions in PEOPLE.items():
        Todo.objects.create(owner=person(name, *permissions), title=f"Water the plants of {name.title()}")
    sessions = {}
    for user in get_user_model().objects.filter(username__in=(*PEOPLE, *DEMO)):
        client = Client()
        client.force_login(user)
        sessions[user.get_username()] = client.cookies[settings.SESSION_COOKIE_NAME].value
    json.dump(sessions, sys.stdout)


if __name__ == "__main__":
    main()
