"""To-dos of the demo accounts. What is there already stays as it is, ticked off, edited or deleted."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from .models import Todo

# Owner, team, title, days until it is due, days since it was done, notes
TODOS = (
    ("erin", "", "Rotate the signing key of payments-api", -2, None, "The runbook is in the docs of payments-api."),
    ("erin", "", "Review the migration to the new ledger schema", 0, None, ""),
    ("erin", "", "Write the postmortem of the checkout outage", 3, None, "14:02 alert\n14:20 fixed"),
    ("erin", "", "Ask platform for a larger staging database", 9, None, ""),
    ("erin", "", "Read the proposal on idempotency keys", None, None, ""),
    ("erin", "", "Book a room for the architecture review", -6, 5, ""),
    ("erin", "", "Update the owner of legacy-invoices", None, 12, ""),
    ("erin", "payments", "Agree on error budgets for the fourth quarter", -1, None, ""),
    ("erin", "payments", "Move the nightly settlement job to the new scheduler", 6, None, "Dry run on staging first."),
    ("erin", "payments", "Delete the feature flag new-checkout", None, None, ""),
    ("erin", "payments", "Renew the certificate of the card processor", -9, 9, ""),
    ("arthur", "", "Publish the second version of the plugin template", 2, None, ""),
    ("arthur", "platform", "Raise the connection limit of the shared PostgreSQL", 0, None, ""),
    ("ada", "", "Check who still holds the role of admin", 5, None, ""),
    ("ada", "platform", "Plan the upgrade of the build runners", 14, None, ""),
)


def load() -> None:
    """Add the to-dos that are missing."""
    users = get_user_model().objects.in_bulk({one[0] for one in TODOS}, field_name="username")
    groups = Group.objects.in_bulk({one[1] for one in TODOS}, field_name="name")
    now, today = timezone.now(), timezone.localdate()
    for username, team, title, due, done, notes in TODOS:
        if username not in users or (team and team not in groups):
            continue
        Todo.objects.get_or_create(
            owner=users[username],
            title=title,
            defaults={
                "team": groups.get(team),
                "notes": notes,
                "due": None if due is None else today + timedelta(days=due),
                "created_at": now - timedelta(days=15),
                "done_at": None if done is None else now - timedelta(days=done),
            },
        )
