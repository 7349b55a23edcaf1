"""The accounts of the demo. Their passwords are public, so production refuses to start while they exist."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

log = logging.getLogger("portal.identity")


@dataclass(frozen=True)
class DemoAccount:
    """One account: its groups are teams, and its role says what it may do."""

    username: str
    password: str
    first_name: str
    last_name: str
    role: str
    teams: tuple[str, ...] = ()


ACCOUNTS = (
    DemoAccount("erin", "demo-erin", "Erin", "Walsh", "engineer", ("payments",)),
    DemoAccount("arthur", "demo-arthur", "Arthur", "Okafor", "author", ("platform",)),
    DemoAccount("ada", "demo-ada", "Ada", "Lindgren", "admin", ("platform",)),
)


def create_accounts() -> None:
    """Make the demo accounts, their teams and the author's role. Existing ones are left as they are."""
    users = get_user_model()
    authors, _ = Group.objects.get_or_create(name="Plugin authors")
    authors.permissions.add(*Permission.objects.filter(codename="view_pluginstate"))
    for account in ACCOUNTS:
        user, created = users.objects.get_or_create(
            username=account.username, defaults={"first_name": account.first_name, "last_name": account.last_name}
        )
        if not created:
            continue
        user.is_superuser = account.role == "admin"
        user.is_staff = account.role in ("admin", "author")
        user.set_password(account.password)
        user.save()
        user.groups.add(*(Group.objects.get_or_create(name=team)[0] for team in account.teams))
        if account.role == "author":
            user.groups.add(authors)


def remaining_accounts() -> list[str]:
    """Return the usernames of demo accounts that still open with their public password."""
    users = get_user_model()
    passwords = {account.username: account.password for account in ACCOUNTS}
    found = users.objects.filter(username__in=passwords, is_active=True)
    return [user.get_username() for user in found if user.check_password(passwords[user.get_username()])]


def refuse_demo_accounts() -> None:
    """Raise ImproperlyConfigured while a demo account can sign in. Without a database nobody can, so then it passes."""
    try:
        names = remaining_accounts()
    except DatabaseError as error:
        log.warning("Whether demo accounts exist could not be checked: %s", type(error).__name__)
        return
    if names:
        raise ImproperlyConfigured(
            f"The portal does not start in production while demo accounts exist, because their passwords are public: "
            f"{', '.join(names)}. Delete them, or give them other passwords with manage.py changepassword."
        )
