"""Bringing the discovered locations in line with what the hosts list."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.models import DiscoveredLocation, Provider
from plugins.catalog.providers import people
from plugins.catalog.providers.client import ApiClient
from plugins.catalog.providers.config import GithubOrg
from plugins.catalog.providers.repositories import GiteaRules, GithubRules, GitlabRules, Rules
from plugins.catalog.reading.integrations import Integrations
from plugins.catalog.reading.limits import Explained
from plugins.catalog.reading.reader import UrlReader

BATCH = 500


@dataclass(frozen=True, slots=True)
class Configured:
    """A provider of app-config.yaml that finds repositories; ``name`` is such as "github-provider:acme"."""

    name: str
    kind: str
    rules: Rules

    @property
    def host(self) -> str:
        """The host it asks."""
        return self.rules.host

    def run(self, client: ApiClient, provider: Provider) -> None:
        """Bring its locations in line. Raises Unreadable."""
        _replace(provider, dict(_targets(self.rules, client)))


@dataclass(frozen=True, slots=True)
class People:
    """A provider of people and teams at GitHub."""

    name: str
    stated: GithubOrg
    kind: str = "github"

    @property
    def host(self) -> str:
        """The host it asks."""
        return self.stated.host

    def run(self, client: ApiClient, provider: Provider) -> None:
        """Bring its entities in line. Raises Unreadable."""
        if not self.stated.orgs:
            fix = "List them as orgs in catalog.providers.githubOrg of app-config.yaml."
            raise Unreadable("It is not said which organisations are meant", fix)
        found = [
            json.dumps(entity)
            for org in self.stated.orgs
            for entity in people.of_github(org, self.stated.namespace(org), client)
        ]
        provider.content = "\n---\n".join(found)


def providers_of(config: CatalogConfig) -> Iterator[Configured]:
    """The configured providers that find repositories."""
    stated = config.providers
    for kind, ids, rules in (
        ("github", stated.github, GithubRules),
        ("gitlab", stated.gitlab, GitlabRules),
        ("gitea", stated.gitea, GiteaRules),
    ):
        for id, one in ids.items():
            yield Configured(f"{kind}-provider:{id}", kind, rules(one))  # type: ignore[arg-type]


def discover(config: CatalogConfig, sleep: Callable[[float], None] = time.sleep) -> None:
    """Ask every host for the repositories of its providers, and keep the addresses of the files they should have.

    What a provider found before stays while its host can't be asked, and the reason is kept with it for the list of
    problems. A host that takes no more requests is left alone until it does. Raises nothing for what hosts answer.
    """
    organisations = (People(f"github-org-provider:{one.id}", one) for one in config.providers.githubOrg)
    configured: list[Configured | People] = [*providers_of(config), *organisations]
    unknown = {f"{kind}-provider": kind for kind in config.providers.unknown}
    orphans = Provider.objects.exclude(name__in=[*unknown, *(one.name for one in configured)])
    if config.orphanProviderStrategy == "delete":
        orphans.delete()
    else:
        orphans.update(reason="", fix="", not_before=None)
    for name, kind in unknown.items():
        reason = f"Providers of kind {kind} can't be asked: there are github, gitlab, gitea, githubOrg and accounts"
        fix = f"Remove {kind} from catalog.providers of app-config.yaml."
        Provider.objects.update_or_create(name=name[:255], defaults={"reason": reason, "fix": fix})
    if not configured:
        return
    reader = UrlReader.configured()
    for one in configured:
        provider, _ = Provider.objects.get_or_create(name=one.name)
        if provider.not_before and provider.not_before > timezone.now():
            continue
        _run(one, provider, reader, sleep)


def _run(one: Configured | People, provider: Provider, reader: UrlReader, sleep: Callable[[float], None]) -> None:
    provider.reason = provider.fix = ""
    provider.run_at, provider.not_before = timezone.now(), None
    try:
        if reader.malformed:
            raise reader.malformed
        integration = reader.integrations.of(one.kind, one.host)
        allowed = Integrations((integration,)).allowed(reader.allowed)
        client = ApiClient(integration, allowed, provider, sleep)
        one.run(client, provider)
        client.forget_unread()
    except Unreadable as error:
        provider.reason, provider.fix = str(error), error.fix
        if isinstance(error, Explained) and error.until:
            provider.not_before = datetime.fromtimestamp(error.until, UTC)
    provider.save()


def _targets(rules: Rules, client: ApiClient) -> Iterator[tuple[str, str]]:
    """Address and version of each file."""
    for repository in rules.listed(client):
        if file := rules.file(repository):
            yield client.integration.page(file), rules.version(repository)


@transaction.atomic
def _replace(provider: Provider, targets: dict[str, str]) -> None:
    known = {one.target: one for one in provider.locations.all()}
    provider.locations.filter(pk__in=[one.pk for one in known.values() if one.target not in targets]).delete()
    new = [row(provider, target, version) for target, version in sorted(targets.items()) if target not in known]
    DiscoveredLocation.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    moved = [one for one in known.values() if targets.get(one.target, one.version) != one.version]
    for one in moved:
        one.version = targets[one.target]
    DiscoveredLocation.objects.bulk_update(moved, ["version"], batch_size=BATCH)


def row(provider: Provider, target: str, version: str = "") -> DiscoveredLocation:
    """A discovered location that is not stored yet."""
    digest = hashlib.sha256(target.encode()).hexdigest()
    return DiscoveredLocation(provider=provider, target=target, digest=digest, version=version)
