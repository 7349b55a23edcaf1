from __future__ import annotations

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


def test_problems_are_listed_with_place_and_fix():
    assert run("problems") == "No problems.\n"
    run("ingest")
    listed = run("problems")
    assert "settlement-export.yaml:10:1: /spec must have required property 'lifecycle'" in listed
    assert 'Add "lifecycle: production" under spec.' in listed


def test_a_subcommand_is_required():
    with pytest.raises(CommandError):
        run()
