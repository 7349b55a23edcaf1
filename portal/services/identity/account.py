"""From the claims of a sign-in to the Django user, and to the groups the provider says the user is in."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group
from django.db import IntegrityError, transaction

from portal.models import ExternalIdentity
from portal.services.identity.faults import unacceptable

log = logging.getLogger("portal.identity")

MAX_USERNAME = 150
MAX_GROUPS = 1000
MAX_GROUP_NAME = 150


def account_for(issuer: str, claims: Mapping[str, Any]) -> AbstractUser:
    """Return the user tied to (``issuer``, claims["sub"]), made at the first sign-in, with profile and groups renewed.

    Never matched by name or e-mail address, which the provider may give to somebody else (OIDC Core §5.7). Raises
    SignInFailed when the groups claim is not usable.
    """
    groups = claimed_groups(claims)
    try:
        with transaction.atomic():
            return _renewed(_identity(issuer, claims), claims, groups)
    except IntegrityError:
        # Two first sign-ins, or two people of one name, at the same moment: now the other one's rows are there.
        with transaction.atomic():
            return _renewed(_identity(issuer, claims), claims, groups)


def _identity(issuer: str, claims: Mapping[str, Any]) -> ExternalIdentity:
    known = ExternalIdentity.objects.select_for_update().filter(issuer=issuer, subject=claims["sub"]).first()
    if known:
        return known
    user = get_user_model().objects.create_user(_free_username(claims))
    return ExternalIdentity.objects.create(user=user, issuer=issuer, subject=claims["sub"])


def _renewed(identity: ExternalIdentity, claims: Mapping[str, Any], groups: list[str] | None) -> AbstractUser:
    user = identity.user
    user.first_name = _text(claims, "given_name") or _text(claims, "name")
    user.last_name = _text(claims, "family_name")
    # An address the provider has not verified could be anybody's.
    user.email = "" if claims.get("email_verified") is False else _text(claims, "email", 254)
    user.save(update_fields=("first_name", "last_name", "email"))
    if groups is not None:
        _set_groups(identity, groups)
    return user


def _set_groups(identity: ExternalIdentity, names: list[str]) -> None:
    """Make the user a member of ``names``, and take away only memberships that an earlier sign-in gave."""
    user = identity.user
    before = set(identity.groups)
    by_hand = set(user.groups.values_list("name", flat=True)) - before
    user.groups.remove(*Group.objects.filter(name__in=before - set(names)))
    existing = {group.name for group in Group.objects.filter(name__in=names)}
    Group.objects.bulk_create([Group(name=name) for name in names if name not in existing], ignore_conflicts=True)
    user.groups.add(*Group.objects.filter(name__in=names))
    identity.groups = sorted(set(names) - by_hand)
    identity.save(update_fields=("groups",))


def claimed_groups(claims: Mapping[str, Any]) -> list[str] | None:
    """Return the group names in the claim ``settings.OIDC_GROUPS_CLAIM``, or None when none is configured.

    The setting is the claim's name or a dotted path to it ("realm_access.roles"). A missing claim means no groups.
    Names that are not 1 to 150 printable characters are left out with a warning. Raises SignInFailed when the claim
    is neither a list of texts nor a text, or has more than 1000 names.
    """
    path = settings.OIDC_GROUPS_CLAIM
    if not path:
        return None
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return []
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise unacceptable(f"the claim {path} is not a list of group names")
    if len(names) > MAX_GROUPS:
        raise unacceptable(
            f"the claim {path} has {len(names)} groups and {MAX_GROUPS} are taken: narrow it at the provider"
        )
    good = [name for name in dict.fromkeys(names) if 0 < len(name) <= MAX_GROUP_NAME and name.isprintable()]
    if len(good) < len(set(names)):
        log.warning("Left out group names that are empty, longer than %s or not printable.", MAX_GROUP_NAME)
    return good


def _free_username(claims: Mapping[str, Any]) -> str:
    """Return a user name nobody has, from preferred_username: "ada", or "ada-2" when "ada" or "Ada" is taken."""
    wished = unicodedata.normalize("NFKC", _text(claims, "preferred_username"))
    wished = re.sub(r"[^\w.@+-]", "-", wished)[: MAX_USERNAME - 10].strip("-") or "user"
    users = get_user_model().objects
    name, number = wished, 1
    while users.filter(username__iexact=name).exists():
        number += 1
        name = f"{wished}-{number}"
    return name


def _text(claims: Mapping[str, Any], name: str, limit: int = MAX_USERNAME) -> str:
    value = claims.get(name)
    return value[:limit] if isinstance(value, str) and value.isprintable() else ""
