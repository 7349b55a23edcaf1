"""People and teams as entities: of the portal's accounts, and of an organisation at GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from plugins.catalog.models import Entity
from plugins.catalog.providers.client import ApiClient, only, text
from plugins.catalog.refs import DEFAULT_NAMESPACE, EntityRef

ACCOUNTS = "accounts-provider:default"
API_VERSION = "backstage.io/v1alpha1"
_MEMBER = ("login", "html_url", "avatar_url")
_TEAM = ("slug", "name", "description", "html_url", "parent")


def of_accounts() -> Iterator[dict[str, Any]]:
    """A user for each active account, and a group for each team (a Django group without permissions).

    Accounts and their groups follow the identity provider's claims at each sign-in. What another location defines is
    left to it.
    """
    defined = set(
        Entity.objects.filter(kind__in=("User", "Group"))
        .exclude(origin=f"provider:{ACCOUNTS}")
        .values_list("ref", flat=True)
    )
    teams = Group.objects.filter(permissions=None).order_by("name")
    for name in teams.values_list("name", flat=True):
        if str(EntityRef("group", DEFAULT_NAMESPACE, name)) not in defined:
            yield _group(name, DEFAULT_NAMESPACE)
    accounts = get_user_model().objects.filter(is_active=True).order_by("username").prefetch_related("groups")
    names = set(teams.values_list("pk", flat=True))
    for account in accounts.iterator(chunk_size=500):
        if str(EntityRef("user", DEFAULT_NAMESPACE, account.get_username())) not in defined:
            profile = {"displayName": account.get_full_name(), "email": account.email}
            member_of = sorted(one.name for one in account.groups.all() if one.pk in names)
            yield _user(account.get_username(), DEFAULT_NAMESPACE, profile, member_of)


def of_github(org: str, namespace: str, client: ApiClient) -> Iterator[dict[str, Any]]:
    """The members and teams of an organisation. Raises Unreadable.

    The list of a team's members holds those of its child teams, who are taken to be members of the children only.
    """
    start = f"/orgs/{quote(org, safe='')}"
    teams = list(client.items(f"{start}/teams?per_page=100", only(_TEAM)))
    slugs = {text(one, "slug"): one for one in teams}
    parents = {slug: text(one.get("parent") or {}, "slug") for slug, one in slugs.items()}
    within = {
        slug: {
            text(one, "login")
            for one in client.items(f"{start}/teams/{quote(slug, safe='')}/members?per_page=100", only(_MEMBER))
        }
        for slug in slugs
    }
    for slug, one in slugs.items():
        profile = {"displayName": text(one, "name")}
        links = {"github.com/team-slug": f"{org}/{slug}"}
        parent = parents[slug] if parents[slug] in slugs else ""
        yield _group(slug, namespace, profile, text(one, "description"), parent, links)
    below: dict[str, set[str]] = {slug: set() for slug in slugs}
    for slug, parent in parents.items():
        below.get(parent, set()).update(within[slug])
    for one in client.items(f"{start}/members?per_page=100", only(_MEMBER)):
        login = text(one, "login")
        member_of = sorted(slug for slug in slugs if login in within[slug] - below[slug])
        annotations = {"github.com/user-login": login}
        yield _user(login, namespace, {"picture": text(one, "avatar_url")}, member_of, annotations)


def _user(
    name: str, namespace: str, profile: dict[str, str], member_of: list[str], annotations: dict[str, str] | None = None
) -> dict[str, Any]:
    spec = {"profile": _filled(profile), "memberOf": member_of}
    return _entity("User", name, namespace, spec, annotations)


def _group(
    name: str,
    namespace: str,
    profile: dict[str, str] | None = None,
    description: str = "",
    parent: str = "",
    annotations: dict[str, str] | None = None,
) -> dict[str, Any]:
    spec = {"type": "team", "profile": _filled(profile or {}), "children": [], **_filled({"parent": parent})}
    found = _entity("Group", name, namespace, spec, annotations)
    found["metadata"] |= _filled({"description": description})
    return found


def _entity(
    kind: str, name: str, namespace: str, spec: dict[str, Any], annotations: dict[str, str] | None
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"namespace": namespace, "name": name}
    if annotations:
        metadata["annotations"] = annotations
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _filled(stated: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in stated.items() if value}
