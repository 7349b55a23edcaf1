from __future__ import annotations

from unittest.mock import patch

import pytest
from django.core.management import call_command

from plugins.catalog.models import Entity
from plugins.catalog.tests.files import component, fill
from portal.testing import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/catalog/?kind=component",
        "/catalog/export.json?kind=component",
        "/api/catalog/entities",
        "/api/catalog/entities/by-query",
        "/api/catalog/entity-facets?facet=metadata.name",
        "/search/?q=zeppelin",
        "/search/suggest/?q=zeppelin",
        "/api/search/query?term=zeppelin",
    ],
)
def test_what_the_one_function_hides_is_hidden_everywhere(client, address):
    fill(a=component("zeppelin-shown") + "---\n" + component("zeppelin-hidden"))
    call_command("search", "rebuild", verbosity=0)
    client.force_login(person("bob"))
    visible = Entity.objects.exclude(name="zeppelin-hidden")
    with patch("plugins.catalog.visibility.Entity.objects.all", lambda: visible):
        answer = client.get(address)
    text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
    assert answer.status_code == 200
    assert "zeppelin-shown" in text
    assert "zeppelin-hidden" not in text
