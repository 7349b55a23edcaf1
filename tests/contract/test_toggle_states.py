"""Switching a plugin on and off: what goes and what stays, who did it, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from portal.models import PluginChange, PluginState
from portal.registry import LoadedPlugin, registry
from portal.state import is_on, set_enabled, state

SignIn = Callable[..., Client]

LIST = "/admin/portal/pluginstate/"
GONE = ("/healthy/", "/healthy/about/", "/api/healthy/notes", "/api/healthy/openapi.json", "/api/healthy/manifest.json",
        "/cards/healthy/notes/")  # fmt: skip


def command(*arguments: str) -> str:
    """Run manage.py plugins, and return what it prints."""
    out = StringIO()
    call_command("plugins", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def off(db: None) -> Iterator[None]:
    """Switch the healthy plugin off for one test."""
    set_enabled("healthy", False, by_name="a test")
    state.forget()
    yield
    state.forget()


@pytest.mark.parametrize("url", GONE)
def test_a_plugin_that_is_off_is_not_found(client_of: SignIn, ann: Any, off: None, url: str) -> None:
    assert client_of(ann).get(url).status_code == 404


def test_a_plugin_that_is_off_has_no_card_no_link_and_no_entry(client_of: SignIn, ann: Any, off: None) -> None:
    home = client_of(ann).get("/").content.decode()
    assert "/healthy/" not in home
    assert "card-healthy" not in home
    assert "healthy" not in client_of(ann).get("/api/").content.decode()


def test_links_to_a_plugin_that_is_off_can_still_be_built(off: None) -> None:
    assert reverse("healthy:index") == "/healthy/"
    assert reverse("api-healthy:list_notes") == "/api/healthy/notes"


def test_the_data_of_a_plugin_that_is_off_can_still_be_administered(client_of: SignIn, ann: Any, off: None) -> None:
    assert client_of(ann).get("/admin/healthy/note/").status_code == 200


def test_an_address_without_its_slash_does_not_tell_that_there_is_a_plugin(
    client_of: SignIn, bob: Any, off: None
) -> None:
    assert client_of(bob).get("/healthy").status_code == client_of(bob).get("/nothing").status_code == 404


@pytest.mark.parametrize(("action", "expected"), [("disable", False), ("enable", True)])
def test_an_admin_switches_in_bulk(client_of: SignIn, ann: Any, action: str, expected: bool) -> None:
    set_enabled("healthy", not expected, by_name="a test")
    client_of(ann).post(LIST, {"action": action, "_selected_action": ["healthy"]})
    state.forget()
    assert is_on("healthy") is expected
    change = PluginChange.objects.filter(label="healthy").first()
    assert change is not None
    assert (change.by, change.by_name) == (ann, "ann")
    assert change.action == (PluginChange.Action.ENABLED if expected else PluginChange.Action.DISABLED)


def test_an_admin_switches_one_in_its_form(client_of: SignIn, ann: Any) -> None:
    client_of(ann).post(f"{LIST}healthy/change/", {})
    state.forget()
    assert not is_on("healthy")
    client_of(ann).post(f"{LIST}healthy/change/", {"enabled": "on"})
    state.forget()
    assert is_on("healthy")
    assert [change.by_name for change in PluginChange.objects.filter(label="healthy")] == ["ann", "ann"]


def test_the_command_line_switches_and_is_named(client_of: SignIn, ann: Any) -> None:
    assert command("disable", "healthy") == "healthy is disabled.\n"
    assert command("disable", "healthy") == "healthy was disabled already.\n"
    assert "disabled" in command("list")
    assert "Disabled by command line" in command("show", "healthy")
    page = client_of(ann).get(f"{LIST}healthy/change/").content.decode()
    assert "Disabled by command line" in page
    assert command("enable", "healthy") == "healthy is enabled.\n"


def test_the_name_stays_when_the_account_is_gone(client_of: SignIn, ann: Any) -> None:
    client_of(ann).post(LIST, {"action": "disable", "_selected_action": ["healthy"]})
    ann.delete()
    change = PluginChange.objects.get(label="healthy")
    assert (change.by, change.by_name) == (None, "ann")


def test_whoever_may_not_change_plugins_can_not_switch_them(client_of: SignIn, bob: Any) -> None:
    bob.is_staff = True
    bob.save()
    response = client_of(bob).post(LIST, {"action": "disable", "_selected_action": ["healthy"]})
    assert response.status_code == 403
    assert is_on("healthy")


def test_a_required_plugin_can_not_be_switched_off(
    client_of: SignIn, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(registry.plugins["healthy"].plugin), "required", True)
    response = client_of(ann).post(LIST, {"action": "disable", "_selected_action": ["healthy"]}, follow=True)
    assert "belongs to the portal itself" in response.content.decode().replace("&#x27;", "'")
    with pytest.raises(CommandError, match="can't be switched off"):
        command("disable", "healthy")
    PluginState.objects.filter(label="healthy").update(enabled=False)
    state.forget()
    assert is_on("healthy")


@pytest.fixture
def unapplied(transactional_db: None) -> Iterator[None]:
    """Let the healthy plugin wait for its migration."""
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("healthy", "0001_initial")
    state.forget()
    yield
    recorder.record_applied("healthy", "0001_initial")
    state.forget()


def test_a_plugin_with_unapplied_migrations_is_off_and_says_so(client_of: SignIn, unapplied: None, ann: Any) -> None:
    assert client_of(ann).get("/healthy/").status_code == 404
    assert "Unapplied migrations: 0001_initial" in client_of(ann).get(LIST).content.decode()
    assert "not migrated" in command("list")


def test_enabling_is_refused_while_migrations_are_unapplied(client_of: SignIn, unapplied: None, ann: Any) -> None:
    set_enabled("healthy", False, by_name="a test")
    response = client_of(ann).post(LIST, {"action": "enable", "_selected_action": ["healthy"]}, follow=True)
    assert "run manage.py migrate healthy" in response.content.decode()
    with pytest.raises(CommandError, match="run manage.py migrate healthy"):
        command("enable", "healthy")
    assert PluginState.objects.get(label="healthy").enabled is False


def test_a_plugin_that_is_not_there_can_not_be_switched(db: None) -> None:
    with pytest.raises(CommandError, match="is not loaded"):
        command("enable", "nothing")
    with pytest.raises(CommandError, match='There is no plugin "nothing"'):
        command("show", "nothing")


def test_a_database_that_can_not_be_read_keeps_the_last_state(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError

    assert is_on("healthy")

    def unreachable(*args: Any) -> None:
        raise DatabaseError("the server is away")

    state.forget()
    with connection.execute_wrapper(unreachable):
        assert is_on("healthy")
    state.forget()


def test_the_registry_is_frozen() -> None:
    with pytest.raises(TypeError):
        registry.plugins["other"] = LoadedPlugin(registry.plugins["healthy"].plugin)  # type: ignore[index]
