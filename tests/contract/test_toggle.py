"""Two processes on one database: what an admin switches in one, both follow within a second."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import Drive
from tests.contract.servers import Server, serving

pytestmark = [pytest.mark.one_database, pytest.mark.slow]

ROUNDS = int(os.environ.get("FOYER_TOGGLE_ROUNDS", "5"))
SECONDS = 1.0
LIST = "/admin/portal/pluginstate/"


@pytest.fixture(params=["sqlite", "postgresql"])
def servers(request: pytest.FixtureRequest, prepared: Path, tmp_path: Path) -> Iterator[list[Server]]:
    """Two servers on one database, with Ann and Bob signed in."""
    drive = Drive(None, tmp_path / "var")
    environment = drive.environment() | {"FOYER_API_RATE": "100000", "FOYER_THREADS": "4"}
    shutil.copytree(prepared, tmp_path / "var")
    sessions = drive.sessions()
    if request.param == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("postgresql")
        sessions = drive(arguments=("prepare",), **{"DATABASE_URL": environment["DATABASE_URL"]})["sessions"]
    with serving(environment, sessions, tmp_path, 2) as both:
        yield both


def is_on(server: Server) -> bool:
    """Say whether the plugin is on in this process. Fails when its parts don't agree long after the last switch."""
    late = settled()
    parts = {
        "page": server.get("bob", "/healthy/").status,
        "API": server.get("bob", "/api/healthy/notes").status,
        "card": server.get("bob", "/cards/healthy/open/").status,
        "manifest": server.get("bob", "/api/healthy/manifest.json").status,
    }
    home = server.get("bob", "/").body
    parts["navigation"] = 200 if 'href="/healthy/"' in home else 404
    parts["home"] = 200 if 'id="card-healthy.open"' in home else 404
    assert set(parts.values()) in ({200}, {404}) or not late, parts
    return parts["page"] == 200 and parts["home"] == 200


def settled() -> bool:
    """Say whether the last switch is long enough ago for every part to agree."""
    return time.monotonic() - switched[0] > SECONDS


switched = [0.0]


def switch(server: Server, action: str) -> None:
    """Switch the plugin as an admin does, in the list."""
    answer = server.post("ann", LIST, {"action": action, "_selected_action": "healthy"})
    assert answer.status == 302, answer.body[:500]
    switched[0] = time.monotonic()


def assert_both_follow(both: list[Server], expected: bool) -> None:
    """Whoever asks later than a second after the switch gets the new answer, from either process."""
    for server in both:
        while True:
            late = settled()
            if is_on(server) is expected:
                break
            assert not late, f"A process is behind.\n{server.log.read_text()[-2000:]}"


def test_every_process_follows_a_switch_within_a_second(servers: list[Server]) -> None:
    assert_both_follow(servers, True)
    for round_ in range(ROUNDS):
        there, back = servers[round_ % 2], servers[(round_ + 1) % 2]
        switch(there, "disable")
        assert_both_follow(servers, False)
        switch(back, "enable")
        assert_both_follow(servers, True)


def test_the_process_that_switches_follows_at_once(servers: list[Server]) -> None:
    switch(servers[0], "disable")
    assert servers[0].get("bob", "/healthy/").status == 404
    switch(servers[0], "enable")
    assert servers[0].get("bob", "/healthy/").status == 200
