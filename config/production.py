"""What production insists on. The start fails with every problem at once, each naming the variable and what to set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network

from django.core.exceptions import ImproperlyConfigured

SECRET_LENGTH = 50


def check(
    *,
    secret_key: str,
    debug: bool,
    allowed_hosts: Sequence[str],
    trusted_origins: Sequence[str],
    trusted_proxies: Sequence[IPv4Network | IPv6Network],
    oidc_issuer: str,
    database_password: str | None,
) -> None:
    """Raise ImproperlyConfigured with one line for each value that is missing or unsafe.

    ``database_password`` is None for SQLite, which is fine in production as long as one machine serves.
    """
    problems = [
        *_key(secret_key),
        *_hosts(allowed_hosts, trusted_origins),
        *_proxies(trusted_proxies),
    ]
    if debug:
        problems.append("FOYER_DEBUG is on: error pages would show code and settings. Remove it.")
    if oidc_issuer and not oidc_issuer.startswith("https://"):
        problems.append(f"FOYER_OIDC_ISSUER is {oidc_issuer!r}: it must begin with https://.")
    if database_password == "":
        problems.append("DATABASE_URL has no password: add one, or point DATABASE_URL_FILE to a file with the URL.")
    if problems:
        raise ImproperlyConfigured("The portal does not start in production:\n" + "\n".join(f"- {p}" for p in problems))


def _key(key: str) -> Iterator[str]:
    make = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    if not key:
        yield f"FOYER_SECRET_KEY is not set. {make}"
    elif len(key) < SECRET_LENGTH or len(set(key)) < 10:
        yield f"FOYER_SECRET_KEY is too easy to guess: it needs {SECRET_LENGTH} random characters. {make}"
    elif key.startswith("django-insecure-"):
        yield f"FOYER_SECRET_KEY begins with django-insecure-, so it was made for development. {make}"


def _hosts(hosts: Sequence[str], origins: Sequence[str]) -> Iterator[str]:
    if not hosts:
        yield "FOYER_ALLOWED_HOSTS is not set: give the host names people use, such as portal.example.com."
    for host in hosts:
        if "*" in host:
            yield f"FOYER_ALLOWED_HOSTS contains {host!r}: give each host name, or .example.com for its subdomains."
    for origin in origins:
        if not origin.startswith("https://"):
            yield f"FOYER_TRUSTED_ORIGINS contains {origin!r}: each must begin with https://."


def _proxies(networks: Sequence[IPv4Network | IPv6Network]) -> Iterator[str]:
    if not networks:
        yield (
            "FOYER_TRUSTED_PROXIES is not set: give the addresses or networks of the proxy that ends TLS, "
            "such as 10.0.0.5 or 10.0.0.0/24."
        )
    for network in networks:
        if network.prefixlen == 0:
            yield f"FOYER_TRUSTED_PROXIES contains {network}: that is everybody, who could then forge any address."
