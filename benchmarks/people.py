"""Makes signed-in people: run inside an installation, ``python -m benchmarks.people COUNT`` prints them as JSON.

Their sessions are rows of the database, as after a sign-in. ``--admin`` makes superusers, ``--existing NAME`` signs
an existing account in.
"""

from __future__ import annotations

import argparse
import json


def main() -> None:
    """Make the accounts and sessions, and print ``[{"name": …, "session": …}]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("--admin", action="store_true")
    parser.add_argument("--existing")
    options = parser.parse_args()

    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    accounts = get_user_model().objects
    if options.existing:
        users = [accounts.get(username=options.existing)]
    else:
        kind = "admin" if options.admin else "person"
        team, _ = Group.objects.get_or_create(name="Benchmarks")
        users = [
            accounts.create(
                username=f"{kind}-{number}",
                first_name=kind.title(),
                last_name=str(number),
                password="!",
                is_staff=options.admin,
                is_superuser=options.admin,
            )
            for number in range(options.count)
        ]
        team.user_set.add(*users)
    print(json.dumps([{"name": user.get_username(), "session": _sign_in(user)} for user in users]))


def _sign_in(user: object) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib import auth

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[auth.SESSION_KEY] = user._meta.pk.value_to_string(user)  # type: ignore[attr-defined]
    session[auth.BACKEND_SESSION_KEY] = "portal.services.accounts.AccountBackend"
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    session.save()
    return session.session_key


if __name__ == "__main__":
    main()
