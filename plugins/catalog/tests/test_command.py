from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plugins.catalog.models import Entity

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("catalog", *args, stdout=out)
    return out.getvalue()


def test_ingest_reads_the_configured_locations_and_sums_up():
    assert "entities added" in run("ingest")
    assert Entity.objects.filter(ref="group:default/payments").exists()
    assert "0 entities added, 0 changed" in run("ingest")


def test_ingest_says_how_far_it_is():
    err = StringIO()
    call_command("catalog", "ingest", stdout=StringIO(), stderr=err)
    lines = err.getvalue().splitlines()
    assert re.fullmatch(r"Read 0 of [1-9]\d* files, 0 entities\.", lines[0])
    assert re.fullmatch(r"Read (\d+) of \1 files, [1-9]\d* entities\.", lines[-1])


def test_problems_are_listed_with_place_and_fix():
    assert run("problems") == "No problems.\n"
    run("ingest")
    listed = run("problems")
    assert "settlement-export.yaml:10:1: /spec must have required property 'lifecycle'" in listed
    assert 'Add "lifecycle: production" under spec.' in listed


def test_a_subcommand_is_required():
    with pytest.raises(CommandError):
        run()
