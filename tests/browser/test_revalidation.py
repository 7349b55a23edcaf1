"""Pages that hold no form and have not changed are not sent again."""

from __future__ import annotations

import pytest
import requests

from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

# Ages are told in minutes, so that a page may change between two requests, but hardly twice.
ATTEMPTS = 3


@pytest.mark.parametrize(
    "path", ["/", "/catalog/", "/catalog/default/component/payment-service/", "/links/", "/cards/todos/mine/"]
)
def test_the_second_request_for_an_unchanged_page_is_answered_with_304(portal: Installation, path: str) -> None:
    with requests.Session() as session:
        session.cookies.set("sessionid", portal.sessions["erin"])
        statuses = []
        for _ in range(ATTEMPTS):
            first = session.get(portal.url + path, timeout=10)
            assert first.status_code == 200
            again = session.get(portal.url + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
            statuses.append(again.status_code)
            if again.status_code == 304:
                return
    raise AssertionError(f"{path} was sent again each time: {statuses}")
