"""Reading over HTTPS, from servers with certificates of authorities made for the test."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.reading import fetch as fetching
from plugins.catalog.reading.allow_list import AllowList
from plugins.catalog.reading.fetch import fetch
from plugins.catalog.tests import site as sites

NOW = datetime.now(UTC)


class Authority:
    """An authority whose certificate is in ``file``, and the servers that it vouches for."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        basic = x509.BasicConstraints(ca=True, path_length=0)
        made = self._signed(self.name, self.key.public_key(), NOW + timedelta(days=1), basic)
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def _signed(self, subject, key, until, *extensions):
        builder = x509.CertificateBuilder(self.name, subject, key, x509.random_serial_number())
        builder = builder.not_valid_before(NOW - timedelta(days=2)).not_valid_after(until)
        for one in extensions:
            builder = builder.add_extension(one, critical=isinstance(one, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())

    def server(self, *names, until=None):
        """The TLS settings of a server with these names, or the address of this machine."""
        key = ec.generate_private_key(ec.SECP256R1())
        stated = [x509.DNSName(name) for name in names] or [x509.IPAddress(ip_address("127.0.0.1"))]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server")])
        until = until or NOW + timedelta(days=1)
        made = self._signed(subject, key.public_key(), until, x509.SubjectAlternativeName(stated))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self.folder / f"{made.serial_number}.pem"
        file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "own")


def read(site, *, ca="", host=""):
    """Read a file of a site, by its address or by another name of it."""
    port = site.authority.partition(":")[2]
    allowed = AllowList.of([{"host": f"{host or '127.0.0.1'}:{port}", "internal": True, "ca": str(ca)}])
    return fetch(f"https://{host or '127.0.0.1'}:{port}/a.yaml", allowed).content


def test_a_certificate_of_an_authority_that_is_listed_for_the_host_is_trusted(authority):
    with sites.site(authority.server()) as site:
        site.files["/a.yaml"] = "a: b"
        assert read(site, ca=authority.file) == b"a: b"


def test_a_certificate_that_should_not_be_trusted_is_refused_before_anything_is_asked(authority, tmp_path):
    other = Authority(tmp_path, "other")
    expired = NOW - timedelta(days=1)
    for tls, ca in (
        (authority.server(), ""),
        (authority.server(), other.file),
        (authority.server("another.example"), authority.file),
        (authority.server(until=expired), authority.file),
    ):
        with sites.site(tls) as site:
            site.files["/a.yaml"] = "a: b"
            with pytest.raises(Unreadable, match="is not trusted"):
                read(site, ca=ca)
            assert not site.asked


def test_the_certificate_must_be_of_the_name_that_was_asked_for_not_of_the_address_it_led_to(authority, monkeypatch):
    real = fetching.socket.getaddrinfo
    known = ("git.test", "evil.test")
    monkeypatch.setattr(
        fetching.socket,
        "getaddrinfo",
        lambda host, *args, **more: real("127.0.0.1" if host in known else host, *args, **more),
    )
    with sites.site(authority.server("git.test")) as site:
        site.files["/a.yaml"] = "a: b"
        assert read(site, ca=authority.file, host="git.test") == b"a: b"
        with pytest.raises(Unreadable, match="is not trusted"):
            read(site, ca=authority.file, host="evil.test")


def test_a_file_of_authorities_that_can_not_be_read_is_named(authority, tmp_path):
    (tmp_path / "empty.pem").write_text("nothing")
    with sites.site(authority.server()) as site:
        for file in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
            with pytest.raises(Unreadable, match=file.name):
                read(site, ca=file)


def test_a_server_that_speaks_no_tls_gives_nothing():
    with sites.site() as site, pytest.raises(Unreadable, match="did not answer"):
        read(site)


def test_a_body_that_drips_is_given_up(authority):
    with sites.site(authority.server()) as site:
        site.files["/a.yaml"] = sites.dripping("HTTP/1.1")
        allowed = AllowList.of([{"host": site.authority, "internal": True, "ca": str(authority.file)}])
        with pytest.raises(Unreadable, match="in time"):
            fetch(site.url("/a.yaml"), allowed, seconds=1.5)
