"""The demo: whatever the configured locations hold, and a view for a team and one for everyone."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from plugins.catalog.lists.saved import SavedView
from plugins.catalog.refresh import refresh

# Name, query, and the team it is for; without one it is for everyone.
VIEWS = (
    ("Payments APIs", "kind=api&columns=lifecycle,type,system,tags&owner=group:default/payments", "payments"),
    ("On the way out", "kind=all&columns=lifecycle,type,owner,updated&lifecycle=deprecated&sort=owner", ""),
)


def load() -> None:
    """Read the locations; what is in the catalog already is not written again."""
    refresh()
    owner = get_user_model().objects.filter(username="ada").first()
    if owner is None or SavedView.objects.exists():
        return
    for name, query, team in VIEWS:
        group = Group.objects.filter(name=team).first()
        SavedView.objects.create(owner=owner, name=name, query=query, team=group, is_for_everyone=not team)
