from __future__ import annotations

import pytest
from django.core.management import call_command

from plugins.catalog.tests.files import component, group, read, write
from portal.testing import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(client):
    client.force_login(person("bob"))

    def names(term):
        call_command("search", "update", verbosity=0)
        answer = client.get("/api/search/query", {"term": term}).json()
        return {one["document"]["name"] for one in answer["results"]}

    return names


def test_what_a_team_owns_is_found_by_the_name_that_the_team_has_now(tmp_path, found):
    write(tmp_path, a=group("payments", "Payments"), b=component("ledger"))
    read(tmp_path)
    assert found("payments") == {"payments", "ledger"}
    write(tmp_path, a=group("payments", "Quokkahouse"))
    read(tmp_path)
    assert found("quokkahouse") == {"payments", "ledger"}
    (tmp_path / "a.yaml").unlink()
    read(tmp_path)
    assert found("quokkahouse") == set()
    assert found("payments") == {"ledger"}
    write(tmp_path, z=group("payments", "Money"))
    read(tmp_path)
    assert found("money") == {"payments", "ledger"}
