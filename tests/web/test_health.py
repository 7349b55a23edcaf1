"""Whether the process lives and can serve."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.db.models.functions import Now
from django.test import Client

from portal.guard import Failure, guard
from portal.models import TaskWorker
from portal.web import health


@pytest.fixture
def failed_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    failure = Failure("broken", "plugins.broken", "apps", "ValueError: a detail", "Traceback")
    monkeypatch.setattr(guard, "failures", {"broken": failure})


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "failures", {})


def answer(client: Client | None = None) -> tuple[int, dict[str, Any]]:
    response = (client or Client()).get("/readyz")
    return response.status_code, response.json()


def test_live_asks_nobody(django_db_blocker: Any) -> None:
    with django_db_blocker.block():
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_database_and_plugins_are(healthy: None) -> None:
    assert answer() == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_failed_plugin_degrades_the_portal_and_strangers_learn_no_more(failed_plugin: None) -> None:
    assert answer() == (200, {"status": "degraded"})
    client = Client()
    client.force_login(get_user_model().objects.create_user("ada"))
    assert answer(client) == (200, {"status": "degraded"})


@pytest.mark.django_db
def test_an_admin_learns_which_plugin_and_why(failed_plugin: None) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin"))
    status, body = answer(client)
    assert (status, body["status"]) == (200, "degraded")
    assert body["plugins"]["broken"] == "quarantined: ValueError: a detail"


@pytest.mark.django_db
def test_an_admin_learns_how_many_workers_are_alive(healthy: None) -> None:
    TaskWorker.objects.create(pk="alive", pid=1, started_at=Now(), seen_at=Now())
    TaskWorker.objects.create(pk="gone", pid=2, started_at=Now(), seen_at=Now() - timedelta(minutes=1))
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin"))
    assert answer(client)[1]["workers"] == 1


@pytest.mark.django_db
def test_not_ready_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("could not connect to 10.0.0.9")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    assert answer() == (503, {"status": "unavailable"})


@pytest.mark.django_db
def test_not_ready_while_the_host_waits_for_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    monkeypatch.setattr(health, "_migrated", False)
    MigrationRecorder.Migration.objects.filter(app="portal").delete()
    assert answer() == (503, {"status": "unavailable"})


@pytest.mark.django_db
def test_without_the_shared_cache_the_portal_serves_degraded(settings: Any, healthy: None) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shared = {"BACKEND": "portal.services.shared_cache.SharedCache", "LOCATION": f"redis://127.0.0.1:{port}/0"}
    settings.CACHES = {"default": shared, "counters": shared}
    assert answer() == (200, {"status": "degraded"})
