"""Backstage's own catalog client against a running portal, beside Backstage's in-memory client on the same entities."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.compat.conftest import ROOT
from tests.compat.entities import as_yaml, entities
from tests.npm import install

ROUNDS = os.environ.get("FOYER_COMPAT_ROUNDS", "40")
ENTITIES = int(os.environ.get("FOYER_COMPAT_ENTITIES", "250"))
SEED = os.environ.get("FOYER_COMPAT_SEED", "1")


def test_backstages_client_gets_the_answers_that_its_in_memory_client_gives(portal):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed.")
    install(ROOT / "conformance")
    running = portal(as_yaml(entities(ENTITIES, seed=int(SEED))))
    done = subprocess.run(
        [node, "client.mjs"],
        cwd=ROOT / "conformance",
        env=os.environ | {"PORTAL": running.url, "TOKEN": running.token, "SEED": SEED, "ROUNDS": ROUNDS},
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["differences"] == []
    assert found["entities"] == ENTITIES + 1  # the location's own
    assert found["counts"]["page"] >= int(ROUNDS)
