"""One holder of a name at a time."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from portal.api import LeaseTaken, lease
from portal.models import TaskLease

pytestmark = pytest.mark.django_db


def forget_to_renew() -> None:
    TaskLease.objects.update(renewed_at=Now() - timedelta(seconds=60))


def test_a_second_holder_is_refused_until_the_first_lets_go() -> None:
    with lease("tests.one"):
        with pytest.raises(LeaseTaken), lease("tests.one"):
            pass
        with lease("tests.two"):
            pass
    with lease("tests.one"):
        pass


def test_an_error_lets_go_too() -> None:
    with pytest.raises(ZeroDivisionError), lease("tests.one"):
        raise ZeroDivisionError
    with lease("tests.one"):
        pass


def test_one_that_was_not_renewed_is_anybodys_and_its_holder_learns_of_it() -> None:
    with lease("tests.one") as first:
        forget_to_renew()
        with lease("tests.one") as second:
            with pytest.raises(LeaseTaken, match="was not renewed for 30 s"):
                first.renew()
            second.renew()


def test_one_that_was_late_but_not_taken_goes_on() -> None:
    with lease("tests.one") as held:
        forget_to_renew()
        held.renew()
        with pytest.raises(LeaseTaken), lease("tests.one"):
            pass


@pytest.mark.django_db(transaction=True)
def test_a_holder_that_does_something_else_for_long_keeps_it(settings: Any) -> None:
    settings.WORKER_LOST_SECONDS = 3
    with lease("tests.one") as held:
        time.sleep(5)
        with pytest.raises(LeaseTaken), lease("tests.one"):
            pass
        held.renew()
