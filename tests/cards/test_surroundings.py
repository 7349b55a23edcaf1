"""Language, time zone and script prefix of the request are active in whatever thread a card runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation

from portal.api import CardContext
from portal.cards.runner import Runner
from tests.cards.laboratory import place, run

pytestmark = pytest.mark.threads


def where(card: CardContext) -> dict[str, Any]:
    return {
        "moment": datetime(2026, 1, 1, 12, tzinfo=UTC),
        "value": f"{translation.get_language()} {timezone.get_current_timezone_name()} {get_script_prefix()}",
    }


@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_they_are_active_while_the_card_runs(runner: Runner, bob: Any, io: str) -> None:
    placed = place(where, io=io, template="lab/place.html")
    for _ in range(2):
        set_script_prefix("/portal/")
        try:
            with translation.override("de"), timezone.override("Asia/Tokyo"):
                outcome = run(runner, placed, bob)
        finally:
            set_script_prefix("/")
        assert outcome.content is not None, outcome.reason
        assert outcome.content.html.strip() == "<p>de Asia/Tokyo /portal/ 21:00 de Asia/Tokyo /portal/</p>"
        outcome = run(runner, placed, bob)
        assert outcome.content is not None
        assert outcome.content.html.strip() == "<p>en UTC / 12:00 en UTC /</p>"


@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_what_a_card_changes_stays_with_it(runner: Runner, bob: Any, io: str) -> None:
    def change(card: CardContext) -> dict[str, Any]:
        translation.activate("de")
        timezone.activate("Asia/Tokyo")
        set_script_prefix("/elsewhere/")
        return {"value": "changed"}

    assert run(runner, place(change, io=io), bob).state == "ready"
    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "UTC"
    assert get_script_prefix() == "/"


def test_the_card_learns_of_them_in_its_context(runner: Runner, bob: Any) -> None:
    seen: list[CardContext] = []

    def keep(card: CardContext) -> dict[str, Any]:
        seen.append(card)
        return {"value": "x"}

    with translation.override("de"), timezone.override("Asia/Tokyo"):
        run(runner, place(keep, size="L"), bob)
    assert (seen[0].language, str(seen[0].time_zone), seen[0].script_prefix) == ("de", "Asia/Tokyo", "/")
    assert seen[0].user == bob
    assert seen[0].permissions == frozenset()
    with pytest.raises(AttributeError):
        seen[0].user = None  # type: ignore[misc]
    assert not hasattr(seen[0], "request")
