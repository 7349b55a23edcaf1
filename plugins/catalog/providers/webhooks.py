"""What hosts of Git report by webhook: signed, and answered by reading again only what it is about."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.ingestion.following import origins_of
from plugins.catalog.models import DiscoveredLocation, Entity, Problem, Provider, ReadUrl
from plugins.catalog.providers.discovery import providers_of, row
from plugins.catalog.reading.allow_list import parse
from plugins.catalog.reading.integrations import KINDS, File, Integration, Integrations
from plugins.catalog.reading.reader import UrlReader
from plugins.catalog.reading.trees import compiled
from portal.api import PluginError, config

# As many of each as GitHub lists: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
MAX_COMMITS, MAX_PATHS = 2_048, 3_000
_GONE = frozenset(("deleted", "archived"))
_EVENT = {"github": "X-GitHub-Event", "gitea": "X-Gitea-Event"}


class Module(BaseModel):
    """What is agreed with the hosts of one kind."""

    model_config = ConfigDict(extra="ignore")

    webhookSecret: SecretStr = SecretStr("")  # noqa: N815 - Backstage's key


class Modules(BaseModel):
    """One for each kind of host."""

    model_config = ConfigDict(extra="ignore")

    github: Module = Field(default_factory=Module)
    gitlab: Module = Field(default_factory=Module)
    gitea: Module = Field(default_factory=Module)


class EventsConfig(BaseModel):
    """The section ``events`` of app-config.yaml, in Backstage's words."""

    model_config = ConfigDict(extra="ignore")

    modules: Modules = Field(default_factory=Modules)


def secret_of(kind: str) -> bytes:
    """The secret agreed with hosts of a kind, b"" when there is none: then nothing of them is believed."""
    if kind not in KINDS:
        return b""
    try:
        stated = config.validate("events", EventsConfig)
    except PluginError:
        return b""
    secret: str = getattr(stated.modules, kind).webhookSecret.get_secret_value()
    return secret.encode()


def is_signed(kind: str, secret: bytes, body: Iterable[bytes], headers: Mapping[str, str]) -> bool:
    """Say whether a delivery is by someone who knows the secret; compared in constant time.

    GitHub and Gitea sign the body, which is given in pieces, by HMAC-SHA256; GitLab sends the secret itself.
    """
    if not secret:
        return False
    signed = hmac.new(secret, digestmod=hashlib.sha256)
    for piece in body:
        signed.update(piece)
    signature = signed.hexdigest()
    expected, stated = {
        "github": (f"sha256={signature}", headers.get("X-Hub-Signature-256", "")),
        "gitlab": (secret.decode(), headers.get("X-Gitlab-Token", "")),
        "gitea": (signature, headers.get("X-Gitea-Signature", "")),
    }[kind]
    return hmac.compare_digest(expected.encode(), stated.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one repository; ``paths`` are None when files other than those ``named`` may have changed."""

    repository: dict[str, Any]
    name: str
    page: str
    branch: str = ""
    paths: frozenset[str] | None = None
    named: frozenset[str] = frozenset()
    is_gone: bool = False

    @classmethod
    def of(cls, kind: str, headers: Mapping[str, str], payload: Any) -> Event | None:
        """The event that a delivery describes; None for one that changes nothing here."""
        if not isinstance(payload, dict):
            return None
        if kind == "gitlab" and payload.get("event_name") == "project_destroy":
            return cls._destroyed(headers.get("X-Gitlab-Instance", ""), payload.get("path_with_namespace"))
        stated = payload.get("project" if kind == "gitlab" else "repository")
        if not isinstance(stated, dict):
            return None
        name = stated.get("path_with_namespace" if kind == "gitlab" else "full_name")
        page = stated.get("web_url" if kind == "gitlab" else "html_url")
        if not (isinstance(name, str) and isinstance(page, str)):
            return None
        # Comments, labels, stars and releases are "deleted", too.
        if headers.get(_EVENT.get(kind, "")) == "repository" and payload.get("action") in _GONE:
            return cls(stated, name, page, is_gone=True)
        ref = payload.get("ref")
        if not (isinstance(ref, str) and ref.startswith("refs/heads/")):
            return None
        named = _named(payload)
        paths = named if _is_complete(payload, named) else None
        return cls(stated, name, page, ref.removeprefix("refs/heads/"), paths, named)

    @classmethod
    def _destroyed(cls, instance: str, name: Any) -> Event | None:
        """What GitLab's hooks of the system and of groups say of a project; only a header says of which GitLab."""
        return cls({}, name, f"{instance}/{name}", is_gone=True) if isinstance(name, str) and name else None


def changed_origins(kind: str, event: Event, stated: CatalogConfig) -> list[str]:
    """The locations ("url:https://…") to read again, those that are known to have changed first.

    Discovered ones are added and removed by the way.
    """
    found: dict[str, None] = {}
    events = [replace(event, paths=event.named), event] if event.named and event.paths is None else [event]
    for integration in UrlReader.configured().integrations:
        if integration.kind == kind and urlsplit(event.page).netloc.lower() == integration.host:
            for one in events:
                found |= dict.fromkeys(_changed(integration, one, stated))
    return list(found)


def _changed(integration: Integration, event: Event, stated: CatalogConfig) -> Iterator[str]:
    if event.is_gone:
        yield from _forgotten(integration, event)
        return
    _keep_discovered(integration, event, stated)
    located = ((one, _file(integration, one.target)) for one in origins_of(stated) if one.type == "url")
    files = {one: file for one, file in located if file and _is_about(event, file)}
    home = integration.home(event.name)
    urls = ReadUrl.objects.filter(url__istartswith=home).values_list("url", flat=True)
    read = {url for url in urls if _is_changed(integration, event, url)}
    if event.paths is None or read - {one.target for one in files}:
        yield from (one.ref for one in files)
        yield from Entity.objects.filter(file__in=read).values_list("origin", flat=True).distinct()
    else:
        yield from (one.ref for one, file in files.items() if _changes(event, file))
    # What was missing may be there now.
    problems = Problem.objects.filter(file__istartswith=home).exclude(origin="").values_list("file", "origin")
    for page, origin in problems.distinct():
        file = _file(integration, page)
        if file and _is_about(event, file):
            yield origin


@transaction.atomic
def _keep_discovered(integration: Integration, event: Event, stated: CatalogConfig) -> None:
    """Add the file that a provider expects in the repository, and forget that it was absent."""
    for one in providers_of(stated):
        if one.kind != integration.kind:
            continue
        try:
            if Integrations((integration,)).of(one.kind, one.rules.host) != integration:
                continue
        except Unreadable:
            continue
        file = one.rules.file(event.repository)
        if file and _is_about(event, file) and _changes(event, file):
            target = integration.page(file)
            provider, _ = Provider.objects.get_or_create(name=one.name)
            new = row(provider, target)
            DiscoveredLocation.objects.update_or_create(
                provider=provider, digest=new.digest, defaults={"target": target, "absent_version": ""}
            )


def _file(integration: Integration, target: str) -> File | None:
    """The file, or the files, of the host that a location means."""
    try:
        return integration.file(parse(target))
    except Unreadable:
        return None


def _is_about(event: Event, file: File) -> bool:
    """Say whether a file is in the repository, whose name hosts compare without case, and on the branch."""
    return (file.repository.lower(), file.branch) == (event.name.lower(), event.branch)


def _is_changed(integration: Integration, event: Event, url: str) -> bool:
    """Say whether an address is of a file that a push may have changed."""
    file = _file(integration, url)
    return file is not None and _is_about(event, file) and (event.paths is None or file.path in event.paths)


def _changes(event: Event, file: File) -> bool:
    """Say whether a push to the repository and branch of a file, or of files by a pattern, may have changed it."""
    if event.paths is None or file.path in event.paths:
        return True
    try:
        return file.is_pattern and any(map(compiled(file.path).fullmatch, event.paths))
    except Unreadable:
        return False


@transaction.atomic
def _forgotten(integration: Integration, event: Event) -> list[str]:
    """Drop what was discovered in a repository that is gone."""
    gone = DiscoveredLocation.objects.filter(target__istartswith=integration.home(event.name))
    origins = [f"url:{target}" for target in gone.values_list("target", flat=True)]
    gone.delete()
    return origins


def _named(payload: dict[str, Any]) -> frozenset[str]:
    """The paths that the commits of a push name."""
    found: set[str] = set()
    commits = payload.get("commits")
    for commit in commits if isinstance(commits, list) else ():
        for word in ("added", "modified", "removed"):
            names = commit.get(word) if isinstance(commit, dict) else None
            found |= {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
    return frozenset(found)


def _is_complete(payload: dict[str, Any], named: frozenset[str]) -> bool:
    """Say whether a push changed nothing but the paths that its commits name.

    GitLab and Gitea list a few commits only, and don't say when a push took others away or began the branch.
    """
    commits = payload.get("commits")
    if payload.get("forced") is not False or payload.get("created") is not False or not isinstance(commits, list):
        return False
    return 0 < len(commits) < MAX_COMMITS and len(named) < MAX_PATHS
