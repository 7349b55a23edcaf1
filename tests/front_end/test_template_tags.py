"""The tags of the front-end kit, as templates use them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st


def drawn(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def test_an_icon_beside_a_word_is_hidden_from_screen_readers() -> None:
    html = drawn('{% icon "bell" %}')
    assert 'aria-hidden="true"' in html
    assert re.search(r'<use href="[^"]*foyer/icons[^"]*\.svg#bell">', html)


def test_an_icon_with_a_label_is_an_image_with_that_name() -> None:
    html = drawn('{% icon "bell" label=words %}', words='Say "hello" & go')
    assert 'role="img" aria-label="Say &quot;hello&quot; &amp; go"' in html
    assert "aria-hidden" not in html


@given(st.text())
def test_no_icon_name_raises_or_leaves_the_sprite(name: str) -> None:
    html = drawn("{% icon name %}", name=name)
    shown = re.search(r'#([^"]*)">', html)
    assert shown is not None
    assert re.fullmatch(r"[a-z0-9-]+", shown[1])


def test_a_badge_has_an_icon_and_a_word() -> None:
    html = drawn('{% badge "danger" word %}', word="On <fire>")
    assert 'class="badge badge-danger"' in html
    assert "#circle-x" in html
    assert "On &lt;fire&gt;" in html


def test_the_title_of_a_badge_has_a_word_that_may_be_cut_off() -> None:
    assert 'title="no longer &lt;maintained&gt;"' in drawn('{% badge "info" word %}', word="no longer <maintained>")
    assert "title" not in drawn('{% badge "info" "experimental" %}')


def test_a_badge_of_an_unknown_status_is_neutral() -> None:
    assert 'class="badge badge-neutral"' in drawn('{% badge "purple" "Odd" %}')


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(hours=-3, minutes=-1), "3 hours ago"),
        (timedelta(days=-400), "1 year ago"),
        (timedelta(days=2, minutes=1), "in 2 days"),
    ],
)
def test_a_moment_is_told_relative_to_now(distance: timedelta, words: str) -> None:
    assert f">{words}</time>" in drawn("{% relative_time moment %}", moment=timezone.now() + distance)


def test_a_relative_time_carries_the_absolute_one() -> None:
    html = drawn("{% relative_time moment %}", moment=datetime(2026, 3, 4, 5, 6, tzinfo=UTC))
    assert 'datetime="2026-03-04T05:06:00+00:00"' in html
    assert 'title="4 Mar 2026, 05:06 UTC"' in html


def test_dates_and_naive_datetimes_count_in_the_current_time_zone() -> None:
    with timezone.override("Asia/Tokyo"):
        assert 'datetime="2026-03-04T00:00:00+09:00"' in drawn("{% relative_time day %}", day=date(2026, 3, 4))
        assert "T05:06:00+09:00" in drawn("{% relative_time moment %}", moment=datetime(2026, 3, 4, 5, 6))


def test_no_moment_gives_nothing() -> None:
    assert drawn("{% relative_time moment %}", moment=None) == ""


def test_scripts_and_stylesheets_are_linked_with_their_integrity() -> None:
    script = drawn('{% script "foyer/foyer.js" %}')
    assert re.search(r'<script src="[^"]+" integrity="sha384-[^"]{64}" crossorigin="anonymous" defer></script>', script)
    link = drawn('{% stylesheet "foyer/foyer.css" %}')
    assert re.search(r'<link rel="stylesheet" href="[^"]+" integrity="sha384-[^"]{64}" crossorigin="anonymous">', link)
