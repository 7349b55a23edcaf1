"""The plugin's section of app-config.yaml, in Backstage's words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from plugins.catalog import globs
from plugins.catalog.durations import Duration, seconds_of
from plugins.catalog.providers.config import Providers


class AllowedKind(BaseModel):
    """A kind, narrowed to one spec.type when ``type`` is given."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    type: str = Field("", alias="spec.type")


class RuleLocation(BaseModel):
    """The locations that a rule is for: of a type, with exactly this target or one that matches a pattern."""

    model_config = ConfigDict(extra="forbid")

    type: str
    exact: str | None = None
    pattern: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> RuleLocation:
        if self.exact is not None and self.pattern is not None:
            raise ValueError("give either exact or pattern, not both")
        if self.pattern is not None:
            globs.check(self.pattern)
        return self

    def matches(self, type_: str, target: str, base: Path) -> bool:
        """File targets are compared as absolute paths, patterns without case."""
        if self.type != type_:
            return False
        absolute = os.path.normpath(base / target) if type_ == "file" else target
        if self.exact is not None:
            return absolute == (os.path.normpath(base / self.exact) if type_ == "file" else self.exact)
        if self.pattern is None:
            return True
        return any(globs.matches(self.pattern, text) for text in {absolute, target})


class Rule(BaseModel):
    """What may be defined, by every location or by those of ``locations``."""

    model_config = ConfigDict(extra="forbid")

    allow: tuple[str | AllowedKind, ...]
    locations: tuple[RuleLocation, ...] | None = None

    def allows(self, kind: str, type_: str) -> bool:
        """Kinds and types are compared without case, as Backstage does."""
        for entry in self.allow:
            allowed = AllowedKind(kind=entry) if isinstance(entry, str) else entry
            if allowed.kind.lower() == kind.lower() and allowed.type.lower() in ("", type_.lower()):
                return True
        return False

    def is_for(self, type_: str, target: str, base: Path) -> bool:
        """Say whether the rule is about what comes from a location."""
        return self.locations is None or any(one.matches(type_, target, base) for one in self.locations)


DEFAULT_RULES = (Rule(allow=("Component", "API", "Location")),)


class Location(BaseModel):
    """Where to read: an address; or one file, a glob, or a folder, which means all its *.yaml and *.yml files.

    A relative file target is resolved against the project folder. Its rules add to those of the catalog. A type that
    is neither file nor url is a problem when it is read.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = Field(min_length=1)
    target: str = Field(min_length=1)
    rules: tuple[Rule, ...] = ()

    @field_validator("type")
    @classmethod
    def _check_type(cls, value: str) -> str:
        if value == "provider":
            raise ValueError("a provider is no location: list it in catalog.providers")
        return value


class OnCall(BaseModel):
    """Addresses that the value of an on-call annotation is appended to."""

    model_config = ConfigDict(extra="forbid")

    pagerduty: str = Field("", pattern=r"^(https://.*)?$")
    opsgenie: str = Field("", pattern=r"^(https://.*)?$")


LEAST_INTERVAL = 10


class CatalogConfig(BaseModel):
    """The section ``catalog``. Keys of Backstage's that do nothing here are accepted."""

    locations: tuple[Location, ...] = ()
    on_call: OnCall = Field(default_factory=OnCall, alias="onCall")
    rules: tuple[Rule, ...] = DEFAULT_RULES
    providers: Providers = Field(default_factory=Providers)
    processingInterval: Duration | str | Literal[False] | None = "10m"  # noqa: N815 - Backstage's key
    orphanStrategy: Literal["keep", "delete"] = "delete"  # noqa: N815 - Backstage's key
    orphanProviderStrategy: Literal["keep", "delete"] = "delete"  # noqa: N815 - Backstage's key
    defaultLocationConflictStrategy: Literal["refresh", "reject"] = "reject"  # noqa: N815 - Backstage's key
    readonly: bool = False

    @field_validator("processingInterval")
    @classmethod
    def _check_interval(cls, value: Any) -> Any:
        seconds = seconds_of(value)
        if seconds is not None and seconds < LEAST_INTERVAL:
            raise ValueError(f"processingInterval must be at least {LEAST_INTERVAL} seconds, or false for never")
        return value

    @model_validator(mode="after")
    def _keep_provided(self) -> CatalogConfig:
        self.providers.keep_orphans(self.orphanProviderStrategy == "keep")
        return self

    @property
    def processing_seconds(self) -> int | None:
        """Seconds between two readings of everything, None for never."""
        return seconds_of(self.processingInterval)

    def allows(self, entity: dict[str, Any], type_: str, target: str, base: Path) -> bool:
        """Say whether a location may define this valid entity; the location is the one it came from originally."""
        own = (rule for one in self.locations if (one.type, one.target) == (type_, target) for rule in one.rules)
        kind, spec_type = entity["kind"], str((entity.get("spec") or {}).get("type", ""))
        return any(
            rule.allows(kind, spec_type)
            for rule in (*(rule for rule in self.rules if rule.is_for(type_, target, base)), *own)
        )
