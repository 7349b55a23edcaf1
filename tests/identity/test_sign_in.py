"""A sign-in at a provider that keeps to the protocol."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from portal.models import ExternalIdentity
from portal.services.identity import provider as provider_module
from tests.identity.conftest import Visitor, query_of
from tests.identity.hostile import MISSING, HostileProvider, Key

pytestmark = pytest.mark.django_db


def test_the_first_sign_in_makes_an_account_tied_to_issuer_and_subject(visitor: Visitor, idp: HostileProvider) -> None:
    response = visitor.sign_in()
    assert response.status_code == 302
    identity = ExternalIdentity.objects.get()
    assert (identity.issuer, identity.subject, identity.user.username) == (idp.issuer, "subject-1", "ada")
    assert visitor.client.session["_auth_user_id"] == str(identity.user.pk)


def test_the_next_sign_in_finds_the_same_account_even_with_another_name_and_address(
    visitor: Visitor, idp: HostileProvider
) -> None:
    visitor.sign_in()
    idp.claims = {"preferred_username": "augusta", "email": "augusta@example.com"}
    Visitor(idp).sign_in()
    user = get_user_model().objects.get()
    assert (user.username, user.email) == ("ada", "augusta@example.com")


def test_an_account_with_the_same_address_or_name_is_never_taken_over(visitor: Visitor, idp: HostileProvider) -> None:
    admin = get_user_model().objects.create_superuser("Ada", "admin@example.com", "pw")
    idp.claims = {"email": "admin@example.com", "email_verified": True}
    visitor.sign_in()
    user = get_user_model().objects.get(external_identities__subject="subject-1")
    assert user != admin
    assert user.username == "ada-2"
    assert not user.is_superuser


def test_an_unverified_address_is_not_kept(visitor: Visitor, idp: HostileProvider) -> None:
    idp.claims = {"email": "admin@example.com", "email_verified": False}
    visitor.sign_in()
    assert get_user_model().objects.get().email == ""


def test_the_same_subject_at_another_issuer_is_another_person(visitor: Visitor) -> None:
    other = get_user_model().objects.create_user("other")
    ExternalIdentity.objects.create(user=other, issuer="https://elsewhere.example.com", subject="subject-1")
    visitor.sign_in()
    assert ExternalIdentity.objects.exclude(user=other).get().user.username == "ada"


@pytest.mark.parametrize(
    ("wished", "name"),
    [("ada", "ada"), ("Ada Lindgren <x>", "Ada-Lindgren--x"), ("ada@example.com", "ada@example.com"), ("", "user"),
     ("???", "user"), ("a" * 300, "a" * 140), (MISSING, "user"), (7, "user"), ("ada\x00", "user")],
)  # fmt: skip
def test_a_username_is_made_of_what_the_provider_suggests(
    visitor: Visitor, idp: HostileProvider, wished: Any, name: str
) -> None:
    idp.claims = {"preferred_username": wished}
    visitor.sign_in()
    assert get_user_model().objects.get().username == name


def test_the_request_carries_state_nonce_and_a_pkce_challenge(visitor: Visitor, idp: HostileProvider) -> None:
    asked = query_of(visitor.start()["Location"])
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32
    verifier = visitor.client.session["oidc_states"][asked["state"]]["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert asked["code_challenge"] == urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_the_secret_goes_into_the_authorization_header_unless_the_provider_wants_it_in_the_body(
    visitor: Visitor, idp: HostileProvider
) -> None:
    visitor.sign_in()
    idp.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    provider_module.forget_provider()
    Visitor(idp).sign_in()
    (header_form, header), (body_form, no_header) = idp.token_requests
    assert header.startswith("Basic ")
    assert "client_secret" not in header_form
    assert body_form["client_secret"]
    assert no_header == ""


def test_a_client_without_a_secret_signs_in_by_pkce_alone(
    visitor: Visitor, idp: HostileProvider, settings: Any
) -> None:
    settings.OIDC_RP_CLIENT_SECRET = ""
    visitor.sign_in()
    assert visitor.is_signed_in
    assert idp.token_requests[0][1] == ""


def test_the_visitor_returns_to_the_page_they_came_for(visitor: Visitor) -> None:
    assert visitor.sign_in(next="/settings/theme/?a=1")["Location"] == "/settings/theme/?a=1"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_next_that_leads_elsewhere_is_dropped(visitor: Visitor, target: str) -> None:
    assert visitor.sign_in(next=target)["Location"] == "/"


def test_a_session_from_before_the_sign_in_gets_a_new_key(visitor: Visitor, idp: HostileProvider) -> None:
    started = visitor.start()
    before = visitor.client.session.session_key
    visitor.callback(**idp.authorize(started["Location"]))
    assert visitor.is_signed_in
    assert visitor.client.session.session_key != before


def test_the_key_set_is_fetched_once_for_many_sign_ins(visitor: Visitor, idp: HostileProvider) -> None:
    for _ in range(3):
        Visitor(idp).sign_in()
    assert idp.requests.count("/keys") == 1
    assert idp.requests.count("/.well-known/openid-configuration") == 1


def test_a_key_rotated_between_two_sign_ins_is_found(visitor: Visitor, idp: HostileProvider) -> None:
    visitor.sign_in()
    idp.rotate()
    later = Visitor(idp)
    later.sign_in()
    assert later.is_signed_in


def test_a_single_key_without_an_id_is_found(visitor: Visitor, idp: HostileProvider) -> None:
    idp.key = Key(None)
    idp.keys = [idp.key]
    visitor.sign_in()
    assert visitor.is_signed_in


@pytest.mark.parametrize(
    "skew", [{"iat": 30, "nbf": 30, "exp": 330}, {"iat": -330, "exp": -30}], ids=["ahead", "behind"]
)
def test_a_clock_thirty_seconds_off_is_forgiven(visitor: Visitor, idp: HostileProvider, skew: dict[str, int]) -> None:
    import time

    now = int(time.time())
    idp.claims = {name: now + seconds for name, seconds in skew.items()}
    visitor.sign_in()
    assert visitor.is_signed_in


def test_several_audiences_are_fine_when_the_token_was_issued_to_us(visitor: Visitor, idp: HostileProvider) -> None:
    idp.claims = {"aud": ["foyer", "api"], "azp": "foyer"}
    visitor.sign_in()
    assert visitor.is_signed_in


def test_a_provider_without_userinfo_is_enough(visitor: Visitor, idp: HostileProvider) -> None:
    idp.metadata = {"userinfo_endpoint": None}
    visitor.sign_in()
    assert visitor.is_signed_in
    assert "/userinfo" not in idp.requests


def test_groups_of_the_claim_come_and_go_and_those_given_by_hand_stay(
    visitor: Visitor, idp: HostileProvider, settings: Any
) -> None:
    settings.OIDC_GROUPS_CLAIM = "groups"
    idp.userinfo = {"groups": ["payments", "platform"]}
    visitor.sign_in()
    user = get_user_model().objects.get()
    user.groups.add(Group.objects.create(name="By hand"))
    idp.userinfo = {"groups": ["platform"]}
    Visitor(idp).sign_in()
    assert set(user.groups.values_list("name", flat=True)) == {"platform", "By hand"}


def test_a_group_that_was_given_by_hand_stays_when_the_claim_had_it_and_loses_it(
    visitor: Visitor, idp: HostileProvider, settings: Any
) -> None:
    settings.OIDC_GROUPS_CLAIM = "groups"
    visitor.sign_in()
    user = get_user_model().objects.get()
    user.groups.add(Group.objects.create(name="platform"))
    for groups in (["platform"], []):
        idp.userinfo = {"groups": groups}
        Visitor(idp).sign_in()
    assert user.groups.filter(name="platform").exists()


@pytest.mark.parametrize(
    ("path", "claims", "expected"),
    [("groups", {"groups": "platform"}, {"platform"}),
     ("realm_access.roles", {"realm_access": {"roles": ["admin"]}}, {"admin"}),
     ("https://example.com/groups", {"https://example.com/groups": ["x"]}, {"x"}),
     ("groups", {}, set()),
     ("groups", {"groups": ["ok", "", "a" * 151, "line\nbreak", "nul\x00"]}, {"ok"})],
)  # fmt: skip
def test_the_groups_claim_is_read_by_name_or_path(
    visitor: Visitor, idp: HostileProvider, settings: Any, path: str, claims: dict[str, Any], expected: set[str]
) -> None:
    settings.OIDC_GROUPS_CLAIM = path
    idp.userinfo = claims
    visitor.sign_in()
    assert set(get_user_model().objects.get().groups.values_list("name", flat=True)) == expected


def test_an_account_switched_off_ends_its_session(visitor: Visitor) -> None:
    visitor.sign_in()
    get_user_model().objects.update(is_active=False)
    response = visitor.client.get("/settings/theme/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_portal_starts_and_serves_without_asking_the_provider(idp: HostileProvider) -> None:
    assert Client().get("/accounts/login/").status_code == 200
    assert idp.requests == []


def test_the_sign_in_page_offers_the_provider_by_name(idp: HostileProvider, settings: Any) -> None:
    settings.OIDC_LABEL = "Example Corp"
    page = Client().get("/accounts/login/", {"next": "/settings/theme/"}).content.decode()
    assert "Sign in with Example Corp" in page
    assert "/oidc/authenticate/?next=%2Fsettings%2Ftheme%2F" in page


def test_without_a_provider_its_addresses_do_not_exist(settings: Any) -> None:
    settings.OIDC_ISSUER = ""
    assert Client().get("/oidc/authenticate/").status_code == 404
    assert Client().get("/oidc/callback/").status_code == 404


def test_signing_out_goes_on_at_the_provider_by_a_page_of_its_own(visitor: Visitor, idp: HostileProvider) -> None:
    visitor.sign_in()
    response = visitor.client.post("/accounts/logout/")
    assert response.status_code == 200
    target = response["Refresh"].removeprefix("0; url=")
    assert target.startswith(f"{idp.issuer}/end?")
    asked = query_of(target)
    assert asked["id_token_hint"].count(".") == 2
    assert urlsplit(asked["post_logout_redirect_uri"]).path == "/accounts/login/"
    assert not visitor.is_signed_in


def test_signing_out_by_htmx_moves_the_whole_page(visitor: Visitor, idp: HostileProvider) -> None:
    visitor.sign_in()
    response = visitor.client.post("/accounts/logout/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith(f"{idp.issuer}/end?")


def test_signing_out_works_while_the_provider_is_down(visitor: Visitor, idp: HostileProvider) -> None:
    visitor.sign_in()
    provider_module.forget_provider()
    idp.answers["/.well-known/openid-configuration"] = (500, "text/plain", b"down")
    response = visitor.client.post("/accounts/logout/")
    assert response["Location"] == "/accounts/login/"
    assert not visitor.is_signed_in


def test_a_local_account_signs_out_without_the_provider(idp: HostileProvider) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_user("local"))
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert idp.requests == []
