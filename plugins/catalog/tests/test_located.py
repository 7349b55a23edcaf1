"""What the catalog adds to an entity about where it stands."""

from __future__ import annotations

import json

import pytest

from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.ingestion.pages import annotations_of
from plugins.catalog.models import Entity
from plugins.catalog.reading.allow_list import AllowList
from plugins.catalog.reading.integrations import HostConfig, Integration, Integrations
from plugins.catalog.reading.reader import UrlReader
from plugins.catalog.tests.files import component, configured, read, write
from plugins.catalog.tests.site import site

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOSTS = Integrations(
    (
        Integration.of("github", HostConfig(host="git.acme.example")),
        Integration.of("gitlab", HostConfig(host="lab.acme.example:8443")),
        Integration.of("gitea", HostConfig(host="tea.acme.example")),
    )
)


def annotations(name):
    return json.loads(Entity.objects.get(name=name).data)["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("url", "edit", "source"),
    [
        ("https://github.com/a/b/blob/main/c/d.yaml", "https://github.com/a/b/edit/main/c/d.yaml",
         "https://github.com/a/b/tree/main/c/"),
        ("https://git.acme.example/a/b/tree/main/d.yaml", "https://git.acme.example/a/b/edit/main/d.yaml",
         "https://git.acme.example/a/b/tree/main/"),
        ("https://gitlab.com/a/b/c/-/blob/main/d.yaml?ref_type=heads",
         "https://gitlab.com/a/b/c/-/edit/main/d.yaml?ref_type=heads",
         "https://gitlab.com/a/b/c/-/blob/main/?ref_type=heads"),
        ("https://lab.acme.example:8443/a/b/-/blob/main/d.yaml", "https://lab.acme.example:8443/a/b/-/edit/main/d.yaml",
         "https://lab.acme.example:8443/a/b/-/blob/main/"),
        ("https://tea.acme.example/a/b/src/branch/main/c/d.yaml", "https://tea.acme.example/a/b/_edit/main/c/d.yaml",
         "https://tea.acme.example/a/b/src/branch/main/c/"),
        ("https://github.com/a/b/raw/main/d.yaml", "https://github.com/a/b/edit/main/d.yaml",
         "https://github.com/a/b/tree/main/"),
        ("https://github.com/d.yaml", None, "https://github.com/"),
        (f"https://github.com/a/b/blob/{COMMIT}/d.yaml", None, f"https://github.com/a/b/tree/{COMMIT}/"),
    ],
)  # fmt: skip
def test_the_pages_of_a_file_on_a_host_of_git_are_known(url, edit, source):
    expected = {"backstage.io/view-url": url, "backstage.io/source-location": f"url:{source}"}
    assert annotations_of(url, HOSTS) == expected | ({"backstage.io/edit-url": edit} if edit else {})


@pytest.mark.parametrize("url", ["https://example.com/a/b/blob/main/c.yaml", "https://raw.githubusercontent.com/a/b/c"])
def test_of_another_address_only_the_page_is_known(url):
    assert annotations_of(url, HOSTS) == {"backstage.io/view-url": url}


@pytest.mark.django_db
def test_an_entity_from_an_address_says_where_it_is_seen_unless_it_says_so_itself(tmp_path):
    own = "  annotations:\n    backstage.io/view-url: https://acme.example/two"
    with site() as found:
        found.files["/all.yaml"] = component("one") + "---\n" + component("two", metadata=own)
        url = found.url("/all.yaml")
        reader = UrlReader(AllowList.of([{"host": found.authority, "internal": True}]))
        ingest(configured(url), tmp_path, reader=reader)
    assert annotations("one")["backstage.io/view-url"] == url
    assert annotations("two")["backstage.io/view-url"] == "https://acme.example/two"


@pytest.mark.django_db
def test_the_entity_of_a_location_at_an_address_says_where_that_is_seen(tmp_path):
    with site() as found:
        found.files["/all.yaml"] = component("one")
        url = found.url("/all.yaml")
        reader = UrlReader(AllowList.of([{"host": found.authority, "internal": True}]))
        ingest(configured(url), tmp_path, reader=reader)
    (name,) = Entity.objects.filter(kind="Location").values_list("name", flat=True)
    assert annotations(name)["backstage.io/view-url"] == url


@pytest.mark.django_db
def test_an_entity_from_a_file_says_nothing_about_pages(tmp_path):
    write(tmp_path, a=component("one"))
    read(tmp_path)
    assert set(annotations("one")) == {
        "backstage.io/managed-by-location",
        "backstage.io/managed-by-origin-location",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("script", ["javascript:alert(1)", " \u0001JavaScript:x", "java\nscri\tpt\r:x"])
def test_pages_that_a_browser_would_run_are_replaced(tmp_path, script):
    keys = ("backstage.io/view-url", "backstage.io/edit-url")
    stated = "".join(f"\n    {key}: {json.dumps(script)}" for key in (*keys, "example.com/other"))
    write(tmp_path, a=component("one", metadata=f"  annotations:{stated}"))
    read(tmp_path)
    rejected = "https://backstage.io/annotation-rejected-for-security-reasons"
    assert [annotations("one")[key] for key in (*keys, "example.com/other")] == [rejected, rejected, script]
    rows = Entity.objects.get(name="one").search_rows
    assert not rows.filter(key__in=[f"metadata.annotations.{key}" for key in keys], value__contains="script").exists()
