"""Addresses of pages of files on hosts of Git."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.catalog.reading.allow_list import parse
from plugins.catalog.reading.integrations import KINDS, File, HostConfig, Integration

STEPS = st.text(st.sampled_from("ab-+ %2F#?&=é*{},:@"), min_size=1, max_size=8)
NAMES = st.lists(STEPS, min_size=1, max_size=3).map("/".join)


@pytest.mark.parametrize("kind", KINDS)
@given(st.tuples(STEPS, STEPS).map("/".join), NAMES, NAMES)
@example("acme/a", "release/2.x", "catalog-info.yaml")
def test_the_page_of_a_file_leads_to_that_file(kind, repository, branch, path):
    host = Integration.of(kind, HostConfig(host="git.example"))
    file = File(repository, branch, path)
    assert host.file(parse(host.page(file))) == file
