"""Whether a text is an absolute URL to browsers: the failures of the URL Standard's basic parser, not its result."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.IGNORECASE | re.DOTALL)
_SPECIAL = frozenset(("http", "https", "ws", "wss", "ftp"))
_FORBIDDEN_IN_HOST = frozenset("\0\t\n\r #/:<>?@[\\]^|")
_FORBIDDEN_IN_DOMAIN = _FORBIDDEN_IN_HOST | frozenset(map(chr, range(0x20))) | frozenset("%\x7f")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")


def is_url(text: str) -> bool:
    """Say whether ``new URL(text)`` would succeed in JavaScript."""
    text = text.strip("".join(map(chr, range(0x21))))
    text = text.replace("\t", "").replace("\n", "").replace("\r", "")
    match = _SCHEME.fullmatch(text)
    if match is None:
        return False
    scheme, rest = match[1].lower(), match[2]
    if scheme in _SPECIAL:
        return _is_authority(re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0], special=True)
    if scheme == "file":
        slashes = re.match(r"[/\\]{2}([^/\\?#]*)", rest)
        host = slashes[1] if slashes else ""
        return not host or bool(re.fullmatch(r"[a-zA-Z][:|]", host)) or _is_domain(host)
    if rest.startswith("//"):
        authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
        return not authority or _is_authority(authority, special=False)
    return True


def _is_authority(authority: str, *, special: bool) -> bool:
    credentials, at, host = authority.rpartition("@")
    port = ""
    if host.startswith("["):
        host, bracket, port = host.partition("]")
        if not bracket or (port and not port.startswith(":")):
            return False
        host, port = host + "]", port[1:]
    elif ":" in host:
        host, port = host.split(":", 1)
    if not host:
        return False
    if port and not (port.isascii() and port.isdigit() and int(port[:20]) <= 65_535):
        return False
    if host.startswith("["):
        return _is_ipv6(host[1:-1])
    return _is_domain(host) if special else not _FORBIDDEN_IN_HOST.intersection(host)


def _is_domain(host: str) -> bool:
    if host.startswith("["):
        return host.endswith("]") and _is_ipv6(host[1:-1])
    decoded = _PERCENT.sub(lambda match: chr(int(match[1], 16)), host)
    if not decoded or _FORBIDDEN_IN_DOMAIN.intersection(decoded):
        return False
    parts = decoded.split(".")
    if not parts[-1] and len(parts) > 1:
        parts.pop()
    return _is_ipv4(parts) if _NUMBER.fullmatch(parts[-1]) else True


def _is_ipv4(parts: list[str]) -> bool:
    if len(parts) > 4:
        return False
    numbers = []
    for part in parts:
        try:
            numbers.append(_ipv4_number(part))
        except ValueError:
            return False
    *first, last = numbers
    return all(number < 256 for number in first) and last < 256 ** (5 - len(numbers))


def _ipv4_number(part: str) -> int:
    if not _NUMBER.fullmatch(part):
        raise ValueError(part)
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part[0] == "0" else int(part)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text
