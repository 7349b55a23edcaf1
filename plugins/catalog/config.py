"""The plugin's section of app-config.yaml, in Backstage's words."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class AllowedKind(BaseModel):
    """A kind, narrowed to one spec.type when ``type`` is given."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    type: str = Field("", alias="spec.type")


class Rule(BaseModel):
    """What a location may define."""

    model_config = ConfigDict(extra="forbid")

    allow: tuple[str | AllowedKind, ...]

    def allows(self, kind: str, type_: str) -> bool:
        """Kinds and types are compared without case, as Backstage does."""
        for entry in self.allow:
            allowed = AllowedKind(kind=entry) if isinstance(entry, str) else entry
            if allowed.kind.lower() == kind.lower() and allowed.type.lower() in ("", type_.lower()):
                return True
        return False


class Location(BaseModel):
    """Files to read: one file, a glob, or a folder, which means all its *.yaml and *.yml files.

    A relative target is resolved against the project folder. Without rules every kind is allowed.
    """

    model_config = ConfigDict(extra="forbid")

    type: Literal["file"]
    target: str = Field(min_length=1)
    rules: tuple[Rule, ...] = ()

    def allows(self, entity: dict[str, Any]) -> bool:
        """Say whether the location may define this valid entity."""
        type_ = (entity.get("spec") or {}).get("type", "")
        return not self.rules or any(rule.allows(entity["kind"], str(type_)) for rule in self.rules)


class OnCall(BaseModel):
    """Addresses that the value of an on-call annotation is appended to."""

    model_config = ConfigDict(extra="forbid")

    pagerduty: str = Field("", pattern=r"^(https://.*)?$")
    opsgenie: str = Field("", pattern=r"^(https://.*)?$")


class CatalogConfig(BaseModel):
    """The section ``catalog``. Keys of Backstage's that do nothing here are accepted."""

    locations: tuple[Location, ...] = ()
    on_call: OnCall = Field(default_factory=OnCall, alias="onCall")
