"""Which entities stand for a user, and so what is theirs."""

from __future__ import annotations

from typing import Any

from plugins.catalog.models import Relation
from plugins.catalog.refs import DEFAULT_NAMESPACE, EntityRef
from portal.api import teams


def references_of(user: Any) -> list[str]:
    """The references that make an entity a user's when one of them owns it, as in Backstage.

    The User entity named like the account, the groups that it is a direct member of, and a group named like each of
    the account's teams.
    """
    if not user.is_authenticated:
        return []
    own = str(EntityRef("user", DEFAULT_NAMESPACE, user.get_username()))
    groups = Relation.objects.filter(source_ref=own, type="memberOf").values_list("target_ref", flat=True)
    named = (str(EntityRef("group", DEFAULT_NAMESPACE, team.name)) for team in teams(user))
    return list(dict.fromkeys((own, *sorted(groups), *named)))
