"""Whatever a host answers is its content or a problem, never the end of the reading."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.models import Problem, Provider
from plugins.catalog.providers.discovery import discover
from plugins.catalog.tests.files import EVERY_KIND, component
from plugins.catalog.tests.provider_case import PROVIDERS, ProviderCase

PAGES = {"github": "blob", "gitlab": "-/blob", "gitea": "src/branch"}
TARGETS = st.sampled_from(
    ("http://[", "http://[::", "//", "http://:0/", "\\\\x", "http://a:99999999/", "?", "/elsewhere", "#", "é", "")
)
QUOTED = st.text(st.sampled_from('"\\<>;,=% \t\0\x7f\x85éW/a1:-'), max_size=20)
NUMBERS = st.sampled_from(("0", "-1", "9" * 20, "identity", "chunked", "gzip", "1 Jan 99999999999 0:0:0 -0000"))
REMEMBERED = st.fixed_dictionaries(
    {},
    optional={
        "ETag": QUOTED | st.just('"1"'),
        "Last-Modified": QUOTED,
        "Link": (TARGETS | st.just("?page=2")).map('<{}>; rel="next"'.format) | QUOTED,
    },
)
NAMES = ("Location", "Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Content-Encoding", "Content-Length")
HEADERS = st.dictionaries(st.sampled_from((*NAMES, "Transfer-Encoding")), TARGETS | NUMBERS | QUOTED, max_size=3)
STATUSES = st.sampled_from((200, 301, 302, 304, 403, 404, 410, 429, 500, 503, 999, 100, 204))

TEXTS = st.sampled_from(("main", "acme/a", "acme/../x", "a" * 3_000, "\ud800", "a\0b", "..", "", "blob")) | st.text()
SCALARS = st.none() | st.booleans() | st.sampled_from((float("nan"), float("inf"), 10**400, -1)) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner), max_leaves=4)
GOOD = {"full_name": "acme/a", "path_with_namespace": "acme/a", "slug": "a", "login": "a", "path": "a/x.yaml"}
GOOD |= {"default_branch": "main", "type": "blob", "name": "a"}
FIELDS = (*GOOD, "topics", "archived", "visibility", "pushed_at", "forked_from_project", "description", "parent")
ITEMS = st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=3).map(lambda one: GOOD | one)
LISTS = st.lists(ITEMS, min_size=1, max_size=3)
BODIES = st.one_of(
    LISTS.map(json.dumps),
    st.fixed_dictionaries({"tree": LISTS | VALUES, "truncated": VALUES}).map(json.dumps),
    VALUES.map(json.dumps),
    st.sampled_from(('[{"topics":' + "[" * 900 + "]" * 900 + "}]", "[" * 100_000, "<html>", component("a"))),
).map(str.encode)


def raw(status: int, headers: dict[str, str], body: bytes) -> bytes:
    """An answer as it goes over the wire, header by header as stated."""
    lines = [f"HTTP/1.1 {status} OK", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


ANSWERS = st.one_of(
    st.builds(raw, st.just(200), REMEMBERED, BODIES),
    st.builds(raw, st.just(200), REMEMBERED, LISTS.map(json.dumps).map(str.encode)),
    st.builds(raw, STATUSES, HEADERS, BODIES),
    st.builds(raw, st.just(302), st.fixed_dictionaries({"Location": TARGETS}), st.just(b"")),
    st.binary(max_size=40),
)


class Host:
    """Gives its answers in turn, the last one for ever."""

    def __init__(self, port: int) -> None:
        self.authority = f"127.0.0.1:{port}"
        self.answers: list[bytes] = []

    def next(self) -> bytes:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def hostile() -> Iterator[Host]:
    """A host on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = Host(server.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(65_536)
                        connection.sendall(host.next())
                except ConnectionError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield host
        server.shutdown(socket.SHUT_RDWR)


class HostileHosts(ProviderCase):
    """A portal that reads an address, and looks through an organisation, of a host that may answer anything."""

    def setUp(self):
        super().setUp()
        self.answering = self.enterContext(hostile())
        api = f"http://{self.answering.authority}/api"
        self.configure(
            {
                "backend": {"reading": {"allow": [{"host": self.answering.authority, "internal": True}]}},
                "integrations": {kind: [{"host": "git.example", "apiBaseUrl": api}] for kind in PROVIDERS},
            }
        )
        self.address = self.configured(f"http://{self.answering.authority}/catalog-info.yaml")

    def configured(self, *targets: str, **providers: object) -> CatalogConfig:
        locations = [{"type": "url", "target": target} for target in targets]
        stated = {"rules": [{"allow": EVERY_KIND}], "locations": locations, "providers": providers}
        return CatalogConfig.model_validate(stated)

    def read(self, stated: CatalogConfig, *answers: bytes):
        """Read everything, and once more with what the host said to recognise its answers by."""
        for _ in range(2):
            self.answering.answers = list(answers)
            discover(stated, self.waited.append)
            ingest(stated, settings.BASE_DIR)

    def read_all(self, stated: list[CatalogConfig]):
        """Read what each example says, and forget it."""
        for module in ("providers.client", "reading.trees"):
            self.enterContext(patch(f"plugins.catalog.{module}.MAX_PAGES", 3))

        @given(st.sampled_from(stated), st.lists(ANSWERS, min_size=1, max_size=4))
        def read(one: CatalogConfig, answers: list[bytes]) -> None:
            with transaction.atomic():
                self.read(one, *answers)
                transaction.set_rollback(True)

        read()

    def test_a_redirect_to_what_is_no_address_is_a_problem(self):
        self.read(self.address, raw(302, {"Location": "http://["}, b""))
        self.assertIn("no address", Problem.objects.get().reason)

    def test_a_version_with_characters_that_no_version_has_is_not_kept(self):
        self.read(self.address, raw(200, {"ETag": '"a\0b"', "Last-Modified": "\x85"}, component("a").encode()))
        self.assertEqual(self.refs(), {"a"})

    def test_a_next_page_that_is_no_address_is_a_problem(self):
        self.read(
            self.configured(github={"acme": PROVIDERS["github"]}), raw(200, {"Link": "<http://[>;rel=next"}, b"[]")
        )
        self.assertIn("no address", Provider.objects.get().reason)

    def test_a_time_to_ask_again_that_no_clock_shows_is_a_problem(self):
        self.read(self.address, raw(429, {"Retry-After": "1 Jan 99999999999999999999 0:0:0 +0000"}, b""))
        self.assertIn("takes no more requests", Problem.objects.get().reason)

    def test_a_page_with_values_that_no_database_keeps_is_a_problem(self):
        stated = self.configured(github={"acme": PROVIDERS["github"]})
        repository = '[{"full_name":"acme/a","default_branch":%s,"topics":%s}]'
        for branch, topics in (
            ('"main"', "NaN"),
            ('"main"', "1e999"),
            ('"\\ud800"', "[]"),
            ('"a\\u0000"', "[]"),
            ('"main"', "[" * 400 + "]" * 400),
        ):
            with self.subTest(branch=branch, topics=topics[:9]):
                self.read(stated, raw(200, {"ETag": '"1"'}, (repository % (branch, topics)).encode()))
                self.assertIn("plain JSON", Provider.objects.get().reason)

    def test_a_file_list_with_paths_that_no_address_has_is_a_problem(self):
        stated = self.configured("https://git.example/acme/a/blob/main/*.yaml")
        for path in ("\ud800.yaml", 1, None, ["x.yaml"]):
            with self.subTest(path=path):
                self.read(stated, raw(200, {}, json.dumps({"tree": [{"path": path, "type": "blob"}]}).encode()))
                self.assertIn("list of files", Problem.objects.get().reason)

    @pytest.mark.hypothesis
    def test_whatever_an_address_answers_the_reading_comes_to_its_end(self):
        self.read_all([self.address])

    @pytest.mark.hypothesis
    def test_whatever_the_api_of_a_host_answers_the_reading_comes_to_its_end(self):
        organisation = {"githubUrl": "https://git.example", "orgs": ["acme"]}
        patterns = [f"https://git.example/acme/a/{page}/main/**/x.yaml" for page in PAGES.values()]
        self.read_all(
            [self.configured(**{kind: {"acme": one}}) for kind, one in PROVIDERS.items()]
            + [self.configured(githubOrg=organisation), *map(self.configured, patterns)]
        )
