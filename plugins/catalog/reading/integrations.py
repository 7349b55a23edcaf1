"""``integrations`` of app-config.yaml: hosts of Git, their APIs and tokens, in Backstage's words.

A file is named by the address of its page (…/blob/main/catalog-info.yaml) and read through the host's API, which a
private repository needs. The token goes to that API only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from pydantic import BaseModel, ConfigDict, SecretStr

from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.reading.allow_list import Address, Allowed, AllowList, parse
from portal.api import PluginError, config

Kind = Literal["github", "gitlab", "gitea"]
KINDS: tuple[Kind, ...] = ("github", "gitlab", "gitea")
_DEFAULT_HOSTS = {"github": "github.com", "gitlab": "gitlab.com"}
_PAGES = {
    "github": re.compile(r"/(?P<repository>[^/]+/[^/]+)/(?:blob|raw|edit|tree)/(?P<branch>[^/]+)/(?P<path>.+)"),
    "gitlab": re.compile(r"/(?P<repository>.+?)/-/(?:blob|raw|edit|tree)/(?P<branch>[^/]+)/(?P<path>.+)"),
    "gitea": re.compile(r"/(?P<repository>[^/]+/[^/]+)/(?:src|raw)/branch/(?P<branch>[^/]+)/(?P<path>.+)"),
}
_PAGE = {"github": "blob/{}/{}", "gitlab": "-/blob/{}/{}", "gitea": "src/branch/{}/{}"}
_WILDCARD = re.compile(r"\*|\{[^/{}]*,[^/{}]*\}")


def wildcard(path: str) -> re.Match[str] | None:
    """The first wildcard of a path; braces without a comma are only characters."""
    return _WILDCARD.search(path)


class HostConfig(BaseModel):
    """One host; ``password`` is what Backstage calls a token of Gitea."""

    model_config = ConfigDict(extra="ignore")

    host: str = ""
    apiBaseUrl: str = ""  # noqa: N815 - Backstage's key
    baseUrl: str = ""  # noqa: N815 - Backstage's key
    token: SecretStr = SecretStr("")
    password: SecretStr = SecretStr("")


class IntegrationsConfig(BaseModel):
    """The section ``integrations``; hosts of other kinds are left alone."""

    model_config = ConfigDict(extra="ignore")

    github: tuple[HostConfig, ...] = ()
    gitlab: tuple[HostConfig, ...] = ()
    gitea: tuple[HostConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of a repository on one of the hosts, or several when its path is a pattern."""

    repository: str
    branch: str
    path: str

    @property
    def is_pattern(self) -> bool:
        """Whether the path has wildcards; see plugins.catalog.reading.trees."""
        return wildcard(self.path) is not None


@dataclass(frozen=True, slots=True)
class Integration:
    """One host of Git. Its token is kept out of what ``repr`` says."""

    kind: Kind
    host: str
    api: str
    web: str
    token: SecretStr

    @classmethod
    def of(cls, kind: Kind, stated: HostConfig) -> Integration:
        """The integration of a configured host, with the address of its API by the host's custom."""
        host = (stated.host or _DEFAULT_HOSTS.get(kind, "")).lower()
        web = (stated.baseUrl or f"https://{host}").rstrip("/")
        paths = {"github": "/api/v3", "gitlab": "/api/v4", "gitea": "/api/v1"}
        usual = "https://api.github.com" if host == "github.com" else web + paths[kind]
        token = stated.token if stated.token.get_secret_value() else stated.password
        return cls(kind, host, (stated.apiBaseUrl or usual).rstrip("/"), web, token)

    @property
    def headers(self) -> dict[str, str]:
        """What a request to the API carries."""
        token = self.token.get_secret_value()
        stated = {"github": {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}}
        if not token:
            return stated.get(self.kind, {})
        authorized = {
            "github": {"Authorization": f"Bearer {token}"},
            "gitlab": {"PRIVATE-TOKEN": token},
            "gitea": {"Authorization": f"token {token}"},
        }
        return stated.get(self.kind, {}) | authorized[self.kind]

    def file(self, address: Address) -> File | None:
        """The file whose page an address is; None for any other page, and for other hosts."""
        if address.authority != self.host:
            return None
        # The slashes of a branch are those that are encoded.
        found = _PAGES[self.kind].fullmatch(address.path)
        return File(*map(unquote, found.group("repository", "branch", "path"))) if found else None

    def page(self, file: File) -> str:
        """The address of the page of a file."""
        branch, path = quote(file.branch, safe=""), quote(file.path, safe="/*{},")
        return self.home(file.repository) + _PAGE[self.kind].format(branch, path)

    def home(self, repository: str) -> str:
        """The address of a repository, with a slash at its end."""
        return f"{self.web}/{quote(repository)}/"

    def content(self, file: File) -> tuple[str, dict[str, str]]:
        """Where the API gives the content of a file, and what to send."""
        path, branch = quote(file.path), quote(file.branch, safe="")
        if self.kind == "gitlab":
            project, path = quote(file.repository, safe=""), quote(file.path, safe="")
            return f"{self.api}/projects/{project}/repository/files/{path}/raw?ref={branch}", self.headers
        repository = quote(file.repository)
        if self.kind == "gitea":
            return f"{self.api}/repos/{repository}/raw/{path}?ref={branch}", self.headers
        raw = {"Accept": "application/vnd.github.raw+json"}
        return f"{self.api}/repos/{repository}/contents/{path}?ref={branch}", self.headers | raw


@dataclass(frozen=True, slots=True)
class Integrations:
    """The configured hosts."""

    hosts: tuple[Integration, ...] = ()

    @classmethod
    def configured(cls) -> Integrations:
        """Those of app-config.yaml. Raises Unreadable when they are malformed or a token stands in the file."""
        try:
            stated = config.validate("integrations", IntegrationsConfig)
        except PluginError as error:
            raise Unreadable(str(error), "Correct integrations in app-config.yaml.") from None
        return cls(tuple(Integration.of(kind, one) for kind in KINDS for one in getattr(stated, kind)))

    def __iter__(self) -> Iterator[Integration]:
        return iter(self.hosts)

    def of(self, kind: str, host: str = "") -> Integration:
        """The integration of a host, by default the only one of its kind or the public one. Raises Unreadable."""
        matching = [one for one in self.hosts if one.kind == kind and (not host or one.host == host.lower())]
        wanted = host or _DEFAULT_HOSTS.get(kind, "")
        exact = [one for one in matching if one.host == wanted] or matching
        if len(exact) == 1:
            return exact[0]
        if not matching and kind in _DEFAULT_HOSTS and wanted == _DEFAULT_HOSTS[kind]:
            return Integration.of(kind, HostConfig())  # type: ignore[arg-type]
        fix = f"List the host in integrations.{kind} of app-config.yaml, and name it as host of the provider."
        raise Unreadable(f"It is not clear which {kind} host is meant", fix)

    def pattern(self, url: str) -> tuple[Integration, File] | None:
        """The files that an address with wildcards means, None for one without. Raises Unreadable."""
        address = parse(url)
        if not wildcard(address.path):
            return None
        for one in self.hosts:
            if (file := one.file(address)) and file.is_pattern:
                return one, file
        if "*" not in address.path:
            return None
        fix = f"List {address.host} in integrations of app-config.yaml, or name each file."
        raise Unreadable("Addresses with wildcards are for files on hosts of Git", fix)

    def reading(self, url: str) -> tuple[str, dict[str, str]]:
        """What is asked for when ``url`` is read, and what is sent. Raises Unreadable."""
        address = parse(url)
        for one in self.hosts:
            if file := one.file(address):
                return one.content(file)
        return url, {}

    def repository(self, address: Address) -> str | None:
        """The repository of a page on one of the hosts; None on others."""
        for one in self.hosts:
            if address.authority == one.host:
                file = one.file(address)
                return file.repository.lower() if file else ""
        return None

    def allowed(self, listed: AllowList) -> AllowList:
        """What may be read: what is listed, and the APIs of the hosts, whose addresses must be public unless listed."""
        apis = [parse(one.api) for one in self.hosts]
        more = (Allowed(host=api.authority, paths=(api.path.rstrip("/") + "/",)) for api in apis)
        return AllowList((*listed.entries, *more))
