"""Annotations that a component is better with, and what to write for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROJECTS = (
    "backstage.io/source-location",
    "github.com/project-slug",
    "gitlab.com/project-slug",
    "dev.azure.com/project-repo",
    "bitbucket.org/project-slug",
)


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing, what it is good for, and the value to begin with."""

    annotation: str
    gain: str
    value: str


def missing(kind: str, name: str, annotations: Mapping[str, str]) -> list[Missing]:
    """The annotations that a component lacks; other kinds lack none."""
    if kind != "Component":
        return []
    wanted = (
        (("backstage.io/techdocs-ref",), "its documentation can be found from here", "dir:."),
        (PROJECTS, "its source code is one click away", f"url:https://github.com/<owner>/{name}/"),
    )
    return [
        Missing(names[0], gain, value) for names, gain, value in wanted if not any(one in annotations for one in names)
    ]
