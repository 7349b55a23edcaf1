"""``catalog.providers`` of app-config.yaml, in Backstage's words: github, gitlab and gitea."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from plugins.catalog import globs

DEFAULT_ID = "default"


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    return text


def _path(text: str) -> str:
    path = text.lstrip("/")
    if not path or re.search(r"[?\[\]\\\0]|(^|/)\.\.?(/|$)", path):
        raise ValueError("name a file without dots; of wildcards there are *, ** and {a,b}")
    globs.compiled(path)
    return path


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


Pattern = Annotated[str, AfterValidator(_pattern)]
FilePath = Annotated[str, AfterValidator(_path)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


def _whole(text: str) -> str:
    """Backstage adds what is missing of ^ and $, even to one of several alternatives."""
    return f"{'' if text.startswith('^') else '^'}{text}{'' if text.endswith('$') else '$'}" if text else ""


class Topics(BaseModel):
    """At least one of ``include``, where there are any, and none of ``exclude``."""

    model_config = ConfigDict(extra="forbid")

    include: Names = ()
    exclude: Names = ()


class GithubFilters(BaseModel):
    """Which repositories of an organisation count; archived ones don't, unless they are allowed."""

    model_config = ConfigDict(extra="forbid")

    branch: str = ""
    repository: Annotated[Pattern, AfterValidator(_whole)] = ""
    topic: Topics = Field(default_factory=Topics)
    allowForks: bool = True  # noqa: N815 - Backstage's key
    allowArchived: bool = False  # noqa: N815 - Backstage's key
    visibility: Names = ()


class Github(BaseModel):
    """An organisation, or a person, at GitHub."""

    organization: str = Field(min_length=1)
    host: str = ""
    catalogPath: FilePath = "catalog-info.yaml"  # noqa: N815 - Backstage's key
    filters: GithubFilters = Field(default_factory=GithubFilters)


class Gitlab(BaseModel):
    """A group of GitLab with its subgroups; without one, every project that the token is a member of."""

    host: str = ""
    group: str = ""
    branch: str = ""
    fallbackBranch: str = "master"  # noqa: N815 - Backstage's key
    entityFilename: FilePath = "catalog-info.yaml"  # noqa: N815 - Backstage's key
    projectPattern: Pattern = ""  # noqa: N815 - Backstage's key
    skipForkedRepos: bool = False  # noqa: N815 - Backstage's key
    includeArchivedRepos: bool = False  # noqa: N815 - Backstage's key
    excludeRepos: tuple[str, ...] = ()  # noqa: N815 - Backstage's key
    topics: Names = ()


class Gitea(BaseModel):
    """An organisation at Gitea."""

    organization: str = Field(min_length=1)
    host: str = ""
    branch: str = ""
    catalogPath: FilePath = "catalog-info.yaml"  # noqa: N815 - Backstage's key


class GithubOrg(BaseModel):
    """People and teams of organisations; with several, each has a namespace of its own, as in Backstage."""

    id: str = Field(DEFAULT_ID, min_length=1)
    githubUrl: str = "https://github.com"  # noqa: N815 - Backstage's key
    orgs: Names = ()
    alwaysUseDefaultNamespace: bool = False  # noqa: N815 - Backstage's key

    @property
    def host(self) -> str:
        """The host of ``githubUrl``."""
        return urlsplit(self.githubUrl).netloc

    def namespace(self, org: str) -> str:
        """Where the entities of an organisation stand."""
        return "default" if len(self.orgs) == 1 or self.alwaysUseDefaultNamespace else org.lower()


class Providers(BaseModel):
    """Providers by id; the keys of a single one may stand without an id. Those of other kinds are ``unknown``.

    ``accounts``, which Backstage lacks, makes users and groups of the portal's accounts and teams.
    """

    model_config = ConfigDict(extra="allow")

    accounts: bool = False
    githubOrg: Annotated[tuple[GithubOrg, ...], BeforeValidator(_several)] = ()  # noqa: N815 - Backstage's key

    github: dict[str, Github] = Field(default_factory=dict)
    gitlab: dict[str, Gitlab] = Field(default_factory=dict)
    gitea: dict[str, Gitea] = Field(default_factory=dict)

    _keep_orphans: bool = PrivateAttr(False)

    @property
    def are_any(self) -> bool:
        """Say whether there may be a provider that keeps anything."""
        return bool(self.githubOrg or self.github or self.gitlab or self.gitea or self.unknown or self._keep_orphans)

    @property
    def unknown(self) -> list[str]:
        """The kinds that are configured and that nothing here asks."""
        return sorted(kind for kind, stated in (self.model_extra or {}).items() if stated)

    def keep_orphans(self, keep: bool) -> None:
        """Have what a provider found stay when it is not configured any more."""
        self._keep_orphans = keep

    @model_validator(mode="before")
    @classmethod
    def _with_ids(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        single = {"github": "organization", "gitlab": "host", "gitea": "organization"}
        found = dict(value)
        for kind, key in single.items():
            stated = found.get(kind)
            if isinstance(stated, dict) and isinstance(stated.get(key), str):
                found[kind] = {DEFAULT_ID: stated}
        return found
