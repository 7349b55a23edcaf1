"""Which repositories a provider takes, from what its host says of them in a list or in a webhook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from plugins.catalog.ingestion.files import Absent
from plugins.catalog.providers.client import ApiClient, only, text
from plugins.catalog.providers.config import Gitea, Github, Gitlab
from plugins.catalog.reading.integrations import File

_GITHUB = ("full_name", "name", "default_branch", "archived", "fork", "topics", "visibility", "private", "pushed_at")
_GITLAB = ("path_with_namespace", "default_branch", "archived", "topics", "empty_repo")
_STEP = re.compile(r"[\w.-]+")
_GITEA = ("full_name", "default_branch", "archived", "empty")


class Rules(Protocol):
    """What a provider of one kind asks for and takes."""

    host: str

    def listed(self, client: ApiClient) -> Iterator[dict[str, Any]]:
        """The repositories as its host describes them. Raises Unreadable."""

    def file(self, repository: dict[str, Any]) -> File | None:
        """The file that is expected in a repository; None when the repository does not count."""

    def version(self, repository: dict[str, Any]) -> str:
        """Different after every push; "" when the host has nothing of that kind."""


@dataclass(frozen=True, slots=True)
class GithubRules:
    """GitHub: organisations and, as Backstage does, people."""

    stated: Github

    @property
    def host(self) -> str:
        """The host of the provider, "" for the usual one."""
        return self.stated.host

    def listed(self, client: ApiClient) -> Iterator[dict[str, Any]]:
        """All repositories of the organisation, and those that are public of a person. Raises Unreadable."""
        name = quote(self.stated.organization, safe="")
        try:
            yield from client.items(f"/orgs/{name}/repos?per_page=100&type=all", only(_GITHUB))
        except Absent:
            yield from client.items(f"/users/{name}/repos?per_page=100&type=owner", only(_GITHUB))

    def file(self, repository: dict[str, Any]) -> File | None:
        """By filters, archived repositories left out unless they are allowed."""
        filters, full_name = self.stated.filters, text(repository, "full_name")
        owner, _, name = full_name.partition("/")
        branch = filters.branch or text(repository, "default_branch")
        topics = set(_texts(repository, "topics"))
        visibility = text(repository, "visibility") or ("private" if repository.get("private") else "public")
        counts = (
            owner.lower() == self.stated.organization.lower()
            and bool(name and branch)
            and (filters.allowArchived or not repository.get("archived"))
            and (filters.allowForks or not repository.get("fork"))
            and bool(re.search(filters.repository, name))
            and (not filters.topic.include or bool(topics & set(filters.topic.include)))
            and not topics & set(filters.topic.exclude)
            and (not filters.visibility or visibility in filters.visibility)
        )
        return _file(full_name, branch, self.stated.catalogPath) if counts else None

    def version(self, repository: dict[str, Any]) -> str:
        """When somebody last pushed."""
        return text(repository, "pushed_at")[:64]


@dataclass(frozen=True, slots=True)
class GitlabRules:
    """GitLab: a group with its subgroups."""

    stated: Gitlab

    @property
    def host(self) -> str:
        """The host of the provider, "" for the usual one."""
        return self.stated.host

    def listed(self, client: ApiClient) -> Iterator[dict[str, Any]]:
        """Every project below the group. Raises Unreadable."""
        group = quote(self.stated.group.strip("/"), safe="")
        start = f"/groups/{group}/projects?include_subgroups=true&" if group else "/projects?membership=true&"
        archived = "" if self.stated.includeArchivedRepos else "archived=false&"
        keep = only((*_GITLAB, "forked_from_project"))

        def kept(one: dict[str, Any]) -> dict[str, Any]:
            found = keep(one)
            return found | ({"forked_from_project": True} if found.get("forked_from_project") else {})

        yield from client.items(f"{start}{archived}order_by=id&sort=asc&per_page=100", kept)

    def file(self, repository: dict[str, Any]) -> File | None:
        """By patterns and topics; a project without a commit has no branch and does not count."""
        stated, path = self.stated, text(repository, "path_with_namespace")
        branch = stated.branch or text(repository, "default_branch") or stated.fallbackBranch
        group = f"{stated.group.strip('/')}/".lower().removeprefix("/")
        counts = (
            path.lower().startswith(group)
            and not repository.get("empty_repo")
            and (stated.includeArchivedRepos or not repository.get("archived"))
            and not (stated.skipForkedRepos and repository.get("forked_from_project"))
            and bool(re.search(stated.projectPattern, path))
            and path not in stated.excludeRepos
            and (not stated.topics or set(stated.topics) <= set(_texts(repository, "topics")))
        )
        return _file(path, branch, stated.entityFilename) if counts else None

    def version(self, repository: dict[str, Any]) -> str:
        """Nothing: the last activity is kept to the hour."""
        return ""


@dataclass(frozen=True, slots=True)
class GiteaRules:
    """Gitea: an organisation."""

    stated: Gitea

    @property
    def host(self) -> str:
        """The host of the provider, "" for the only one."""
        return self.stated.host

    def listed(self, client: ApiClient) -> Iterator[dict[str, Any]]:
        """All repositories of the organisation. Raises Unreadable."""
        yield from client.items(f"/orgs/{quote(self.stated.organization, safe='')}/repos?limit=50", only(_GITEA))

    def file(self, repository: dict[str, Any]) -> File | None:
        """Every repository that has a commit and is not archived."""
        full_name = text(repository, "full_name")
        branch = self.stated.branch or text(repository, "default_branch")
        owner = full_name.partition("/")[0].lower()
        counts = owner == self.stated.organization.lower() and branch
        counts = counts and not (repository.get("empty") or repository.get("archived"))
        return _file(full_name, branch, self.stated.catalogPath) if counts else None

    def version(self, repository: dict[str, Any]) -> str:
        """Nothing: Gitea has no limit that would ask for it."""
        return ""


def _file(repository: str, branch: str, path: str) -> File | None:
    """The file, unless the repository has a name that no host gives."""
    steps = repository.split("/")
    is_plain = len(steps) > 1 and all(_STEP.fullmatch(step) and step.strip(".") for step in steps)
    return File(repository, branch, path) if is_plain and branch else None


def _texts(repository: dict[str, Any], name: str) -> list[str]:
    value = repository.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
