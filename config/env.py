"""Typed access to environment variables.

A missing or malformed value stops the start with a message that says what to set.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return the variable ``name``, or the content of the file that ``name_FILE`` names.

    Raises ImproperlyConfigured when neither is set and there is no default, or the file can't be read.
    """
    if path := os.environ.get(f"{name}_FILE"):
        try:
            with open(path, encoding="utf-8") as file:
                return file.read().strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE points to {path}, which can't be read: {error.strerror}."
            ) from error
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def boolean(name: str, default: bool) -> bool:
    """Return ``name`` as a boolean: 1, true, yes, on or 0, false, no, off, in any case."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: use 1 or 0.")


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """Return ``name`` as a whole number of at least ``minimum``."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}: use a whole number.") from error
    if number < minimum:
        raise ImproperlyConfigured(f"{name} is {number}: it must be at least {minimum}.")
    return number


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    """Return ``name``, which must be one of ``options``."""
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} is {value!r}: use one of {', '.join(options)}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated items of ``name`` without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return the comma-separated IP addresses and networks of ``name``: "10.0.0.5, 10.1.0.0/16, fd00::/8"."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: {error}. Use addresses and networks such as 10.0.0.5,10.1.0.0/16."
        ) from error


def is_set(name: str) -> bool:
    """Say whether ``name`` is set at all, even to nothing."""
    return name in os.environ or f"{name}_FILE" in os.environ


def postgres(name: str) -> dict[str, str] | None:
    """Return the connection parameters of ``postgres://user:password@host:port/database``, or None when unset."""
    url = text(name, "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not a URL: {error}.") from error
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not database:
        raise ImproperlyConfigured(f"{name} must look like postgres://user:password@host:5432/database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
    }


def password_of(url: str) -> str:
    """Return the password in a URL, or ""."""
    return unquote(urlsplit(url).password or "")
