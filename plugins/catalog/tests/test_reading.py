from __future__ import annotations

import json
import threading
import time
from ipaddress import IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.catalog.ingestion.files import Absent, Unreadable
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.models import Entity, Problem, ReadUrl
from plugins.catalog.reading import fetch as fetching
from plugins.catalog.reading import reader as reading
from plugins.catalog.reading.addresses import is_internal, is_public
from plugins.catalog.reading.allow_list import AllowList, parse
from plugins.catalog.reading.fetch import fetch
from plugins.catalog.reading.reader import AT_ONCE, MAX_SILENCES, UrlReader
from plugins.catalog.tests import site as sites
from plugins.catalog.tests.files import component, configured, stated

UNSPECIFIED = "0.0.0.0"  # noqa: S104 - nothing is bound to it


@pytest.fixture
def site():
    with sites.site() as found:
        yield found


@pytest.fixture
def canary():
    with sites.site() as found:
        found.files["/secret"] = "secret"
        yield found


def allow(*hosts, **more):
    return AllowList.of([{"host": host, **more} for host in hosts])


def internal(*hosts, **more):
    return allow(*hosts, internal=True, **more)


def refs():
    return set(stated().values_list("ref", flat=True))


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", UNSPECIFIED,
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::7f00:1",
        "fec0::1", "3fff::1", "5f00::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_internet_are_not_public(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "fd00:ec2::254", UNSPECIFIED])
def test_metadata_services_are_not_even_internal(text):
    assert not is_internal(ip_address(text))


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_mapped_into_ipv6_as_by_itself(address):
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        assert is_public(IPv6Address(prefix | int(address))) == is_public(address)
    assert is_public(IPv6Address(0x2002 << 112 | int(address) << 80)) == is_public(address)


@given(st.ip_addresses())
def test_no_address_is_both_public_and_internal(address):
    assert not (is_public(address) and is_internal(address))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "gopher://h/", "ftp://h/a", "//h/a", "h/a", "", "http://", "http:///a", "http://[::1",
        "http://h:99999/", "http://h:-1/", "http://h:0/", "http://u:p@h/", "http://h@127.0.0.1/", "http://h\\@i/",
        "http://h /", "http://h/\r\nHost: i", "http://h/\0", "http://h%2ei/", "http://ｈ/", "http://127。0。0。1/",
        "http://h/a/%2e%2e%2f%2e%2e%2fb", "http://h/a/..%2fb", "http://h/a/%252e%252e/b", "http://h/..%5cb",
        "javascript:a",
        "http://[fe80::1%25eth0]/", "http://h/" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url):
    with pytest.raises(Unreadable):
        parse(url)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://h", "http://h/", "http://[", "http://h:"]))
def test_an_address_is_understood_or_refused_and_its_own_form_means_the_same(text, start):
    try:
        address = parse(start + text)
    except Unreadable:
        return
    assert parse(str(address)) == address


@pytest.mark.parametrize(
    ("entry", "url", "allowed"),
    [
        ({"host": "a.com"}, "https://a.com/x", True),
        ({"host": "A.com"}, "https://a.COM:443/x", True),
        ({"host": "a.com"}, "https://a.com:8443/x", False),
        ({"host": "a.com:8443"}, "https://a.com:8443/x", True),
        ({"host": "a.com"}, "https://b.a.com/x", False),
        ({"host": "a.com"}, "https://a.com.evil.org/x", False),
        ({"host": "*.a.com"}, "https://b.c.a.com/x", True),
        ({"host": "*.a.com"}, "https://a.com/x", False),
        ({"host": "*.a.com"}, "https://evila.com/x", False),
        ({"host": "a.com", "paths": ["/in/"]}, "https://a.com/in/x", True),
        ({"host": "a.com", "paths": ["/in/"]}, "https://a.com/out/x", False),
        ({"host": "a.com", "paths": ["/in/"]}, "https://a.com/in/../out/x", False),
        ({"host": "a.com", "paths": ["/in/"]}, "https://a.com/in/%2E%2e/out/x", False),
        ({"host": "a.com", "paths": []}, "https://a.com/x", False),
    ],
)
def test_the_list_is_read_as_backstage_reads_it(entry, url, allowed):
    try:
        AllowList.of([entry]).check(parse(url))
    except Unreadable as error:
        assert not allowed
        assert "backend.reading.allow" in error.fix
    else:
        assert allowed


@given(st.lists(st.sampled_from(["in", "out", "..", ".", "%2e%2e", "%2E.", ""]), max_size=8))
def test_no_path_climbs_out_of_the_listed_one(steps):
    try:
        address = parse("https://a.com/in/" + "/".join(steps))
        allow("a.com", paths=["/in/"]).check(address)
    except Unreadable:
        return
    assert address.path.startswith("/in/")
    assert ".." not in address.path


def test_an_address_is_read(site):
    site.files["/a.yaml"] = "a: b"
    assert fetch(site.url("/a.yaml"), internal(site.authority)).content == b"a: b"


def test_a_listed_host_with_a_private_address_is_refused_unless_it_is_internal_by_its_full_name(site):
    site.files["/a.yaml"] = "a: b"
    for entries in (
        allow(site.authority),
        AllowList.of([{"host": f"*.0.0.1:{site.authority.partition(':')[2]}", "internal": True}]),
    ):
        with pytest.raises(Unreadable, match="not public"):
            fetch(site.url("/a.yaml"), entries)
    assert not site.asked


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]"])
def test_a_disguised_loopback_address_is_refused_though_it_is_listed(canary, host):
    port = canary.authority.partition(":")[2]
    with pytest.raises(Unreadable):
        fetch(f"http://{host}:{port}/secret", allow(f"{host}:{port}"))
    assert not canary.asked


def test_a_name_is_resolved_once_and_the_answer_is_where_the_connection_goes(site, monkeypatch):
    port = int(site.authority.partition(":")[2])
    site.files["/a.yaml"] = "a: b"
    answers = iter(["127.0.0.1", "169.254.169.254"])
    real = fetching.socket.getaddrinfo

    def rebinding(host, *args, **kwargs):
        return real(next(answers) if host == "rebinding.test" else host, *args, **kwargs)

    monkeypatch.setattr(fetching.socket, "getaddrinfo", rebinding)
    entries = internal(f"rebinding.test:{port}")
    assert fetch(f"http://rebinding.test:{port}/a.yaml", entries).content == b"a: b"
    with pytest.raises(Unreadable, match="not public"):
        fetch(f"http://rebinding.test:{port}/a.yaml", entries)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_only_along_the_list(site, canary, status):
    site.files["/a.yaml"] = sites.redirect("/b.yaml", status)
    site.files["/b.yaml"] = "a: b"
    site.files["/out"] = sites.redirect(canary.url("/secret"), status)
    site.files["/file"] = sites.redirect("file:///etc/passwd", status)
    assert fetch(site.url("/a.yaml"), internal(site.authority)).content == b"a: b"
    for path in ("/out", "/file"):
        with pytest.raises(Unreadable):
            fetch(site.url(path), internal(site.authority))
    assert not canary.asked


def test_a_redirect_to_a_listed_host_that_is_not_internal_is_refused(site, canary):
    site.files["/out"] = sites.redirect(canary.url("/secret"))
    entries = AllowList.of([{"host": site.authority, "internal": True}, {"host": canary.authority}])
    with pytest.raises(Unreadable, match="not public"):
        fetch(site.url("/out"), entries)
    assert not canary.asked


def test_redirects_end(site):
    site.files["/a"] = sites.redirect("/a")
    with pytest.raises(Unreadable, match="redirects"):
        fetch(site.url("/a"), internal(site.authority))
    assert len(site.asked) == fetching.MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (sites.endless, "larger than"),
        (sites.trickling, "in time"),
        (sites.dripping("HTTP/1.1"), "in time"),
        (sites.dripping("HTTP/1.0"), "in time"),
        (sites.compressed, "compressed"),
    ],
)
def test_a_hostile_answer_is_given_up(site, answer, reason):
    site.files["/a"] = answer
    with pytest.raises(Unreadable, match=reason):
        fetch(site.url("/a"), internal(site.authority), seconds=1.5)


def test_the_connection_of_an_answer_that_is_not_read_is_closed_at_once(site):
    closed = threading.Event()

    def refuse(request):
        request.send_response(404)
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(b"not here")
        request.connection.settimeout(10)
        if not request.connection.recv(1):
            closed.set()

    site.files["/a"] = refuse
    with pytest.raises(Absent) as kept:
        fetch(site.url("/a"), internal(site.authority))
    assert closed.wait(5), kept


def test_what_is_not_there_is_told_from_what_can_not_be_read(site):
    with pytest.raises(Absent):
        fetch(site.url("/a"), internal(site.authority))


def test_a_malformed_list_allows_nothing_and_says_where_it_is_wrong():
    with pytest.raises(Unreadable, match=r"malformed at 0\.hosts"):
        AllowList.of([{"host": "a.com", "hosts": 1}])


@pytest.fixture
def catalog(site, tmp_path):
    def read(*targets, entries=None, **more):
        reader = UrlReader(entries or internal(site.authority))
        return ingest(configured(*targets, **more), tmp_path, reader=reader)

    return read


@pytest.mark.django_db
def test_an_address_brings_entities_with_where_they_came_from(site, catalog):
    site.files["/repo/all.yaml"] = LOCATION.format("./one.yaml")
    site.files["/repo/one.yaml"] = component("one")
    catalog(site.url("/repo/all.yaml"))
    data = json.loads(Entity.objects.get(ref="component:default/one").data)["metadata"]["annotations"]
    assert data["backstage.io/managed-by-location"] == f"url:{site.url('/repo/one.yaml')}"
    assert data["backstage.io/managed-by-origin-location"] == f"url:{site.url('/repo/all.yaml')}"


LOCATION = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: all
spec:
  targets: [{}]
"""


@pytest.mark.django_db
def test_an_unchanged_address_is_not_sent_again(site, catalog):
    site.files["/a.yaml"] = component("one")
    catalog(site.url("/a.yaml"))
    summary = catalog(site.url("/a.yaml"))
    assert site.asked == [("/a.yaml", 200), ("/a.yaml", 304)]
    assert (summary.unchanged, summary.changed) == (1, 0)
    site.files["/a.yaml"] = component("one", owner="checkout")
    assert catalog(site.url("/a.yaml")).changed == 1


@pytest.mark.django_db
def test_what_was_read_is_forgotten_with_its_location(site, catalog):
    site.files["/a.yaml"] = component("one")
    catalog(site.url("/a.yaml"))
    assert ReadUrl.objects.count() == 1
    catalog("nothing")
    assert not ReadUrl.objects.exists()
    assert not refs()


@pytest.mark.django_db
def test_what_another_reading_forgets_meanwhile_is_asked_for_anew(site):
    site.files["/a.yaml"] = "a: b"
    UrlReader(internal(site.authority)).read(site.url("/a.yaml"))
    reader = UrlReader(internal(site.authority))
    reader.expect([site.url("/a.yaml")])
    UrlReader(internal(site.authority)).forget_unread()
    assert reader.read(site.url("/a.yaml")) == b"a: b"
    assert [status for _, status in site.asked] == [200, 304, 200]
    reader.close()


@pytest.mark.django_db
def test_while_an_address_fails_its_entities_and_theirs_stay(site, catalog):
    site.files["/all.yaml"] = LOCATION.format("./one.yaml")
    site.files["/one.yaml"] = component("one")
    catalog(site.url("/all.yaml"))
    del site.files["/all.yaml"]
    catalog(site.url("/all.yaml"))
    assert refs() == {"location:default/all", "component:default/one"}
    assert "404" in Problem.objects.get().reason


def answer(request, text):
    request.send_response(200)
    request.send_header("Content-Length", str(len(text)))
    request.end_headers()
    request.wfile.write(text.encode())


@pytest.mark.django_db
def test_addresses_are_asked_several_at_a_time_and_never_more_than_a_few(site, catalog):
    together, active, most = threading.Barrier(AT_ONCE), [], []

    def meet(number):
        def respond(request):
            active.append(number)
            most.append(len(active))
            # Nobody is answered before others ask, too.
            together.wait(timeout=5)
            active.remove(number)
            answer(request, component(f"one-{number}"))

        return respond

    number_of_files = AT_ONCE * 4
    for number in range(number_of_files):
        site.files[f"/{number:03}.yaml"] = meet(number)
    assert catalog(*map(site.url, site.files)).added == number_of_files
    assert max(most) == AT_ONCE


@pytest.mark.django_db
def test_what_is_read_does_not_depend_on_who_answers_first(site, catalog):
    def late(request):
        time.sleep(0.2)
        answer(request, component("one", owner="first"))

    site.files["/a.yaml"] = late
    site.files["/b.yaml"] = component("one", owner="second")
    catalog(site.url("/b.yaml"), site.url("/a.yaml"))
    assert stated().get().owner_ref == "group:default/first"


@pytest.mark.django_db
def test_a_host_that_stays_silent_takes_the_time_of_no_other(site, canary, catalog, monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 0.3)
    hanging = threading.Event()
    for number in range(50):
        site.files[f"/{number:03}.yaml"] = lambda request: hanging.wait(20)
    canary.files["/z.yaml"] = component("one")
    silent = map(site.url, site.files)
    catalog(*silent, canary.url("/z.yaml"), entries=internal(site.authority, canary.authority))
    hanging.set()
    assert refs() == {"component:default/one"}
    assert len(site.asked) < MAX_SILENCES + 2 * AT_ONCE
    assert Problem.objects.filter(reason__contains="did not answer in time").count() == 50


@pytest.mark.django_db
def test_an_address_can_not_name_files_of_this_machine(site, catalog, tmp_path):
    (tmp_path / "a.yaml").write_text(component("hidden"))
    for text in (f"type: file\n  target: {tmp_path}/a.yaml", f"target: file://{tmp_path}/a.yaml", "target: /../a.yaml"):
        site.files["/all.yaml"] = LOCATION.replace("targets: [{}]", text)
        catalog(site.url("/all.yaml"))
        assert refs() == {"location:default/all"}
        assert Problem.objects.count() == 1


@pytest.mark.django_db
def test_a_location_leads_to_no_host_that_is_not_listed(site, canary, catalog):
    site.files["/all.yaml"] = LOCATION.format(canary.url("/secret"))
    catalog(site.url("/all.yaml"))
    assert "not allowed" in Problem.objects.get().reason
    assert not canary.asked


@pytest.mark.django_db
def test_a_placeholder_is_read_relative_to_its_address_and_from_nowhere_else(site, canary, catalog):
    api = component("one", more="  definition:\n    $text: {}")
    site.files["/repo/a.yaml"] = api.format("./openapi.json")
    site.files["/repo/openapi.json"] = "{}"
    catalog(site.url("/repo/a.yaml"))
    assert json.loads(stated().get().data)["spec"]["definition"] == "{}"
    for other in (canary.url("/secret"), "file:///etc/passwd", "http://169.254.169.254/", "//127.0.0.1/secret"):
        site.files["/repo/a.yaml"] = api.format(other)
        catalog(site.url("/repo/a.yaml"))
        assert Problem.objects.get().stage == "placeholder"
    assert not canary.asked


BOMBS = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]" for n in range(12)),
    "nesting": "[" * 20_000,
    "documents": "a: 1\n---\n" * 50_000,
    "keys": "\n".join(f"k{n}: 1" for n in range(60_000)),
    "tag": "a: !!python/object/apply:os.system [id]",
}


@pytest.mark.django_db
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_yaml_bomb_is_a_problem(site, catalog, bomb):
    site.files["/a.yaml"] = BOMBS[bomb]
    catalog(site.url("/a.yaml"))
    assert Problem.objects.exists()
    assert not refs()
