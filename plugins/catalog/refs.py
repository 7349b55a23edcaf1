"""Entity references: ``[<kind>:][<namespace>/]<name>``, in lower case ``kind:namespace/name`` when complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DEFAULT_NAMESPACE = "default"


class RefError(ValueError):
    """A text that is no entity reference; the message is Backstage's."""


@dataclass(frozen=True, slots=True)
class EntityRef:
    """A complete reference as it was written; ``str`` gives its canonical, lower-case form."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}".lower()


def parse(text: Any, default_kind: str = "", default_namespace: str = DEFAULT_NAMESPACE) -> EntityRef:
    """Read a reference, filling what it leaves out. Raises RefError.

    A "/" before the first ":" makes the colon part of the name, as in Backstage's parseEntityRef.
    """
    if not isinstance(text, str):
        raise RefError("Entity reference must be a text")
    if not text:
        raise RefError("Entity reference must not be empty")
    colon, slash = text.find(":"), text.find("/")
    if -1 < slash < colon:
        colon = -1
    kind = None if colon == -1 else text[:colon]
    namespace = None if slash == -1 else text[colon + 1 : slash]
    name = text[max(colon, slash) + 1 :]
    if "" in (kind, namespace, name):
        raise RefError(f'Entity reference "{text}" was not on the form [<kind>:][<namespace>/]<name>')
    kind = kind or default_kind
    if not kind:
        raise RefError(
            f'Entity reference "{text}" had missing or empty kind (e.g. did not start with "component:" or similar)'
        )
    return EntityRef(kind, namespace or default_namespace, name)


def of_entity(entity: dict[str, Any]) -> EntityRef:
    """The reference of an entity whose envelope is known to be valid."""
    metadata = entity["metadata"]
    return EntityRef(entity["kind"], metadata.get("namespace") or DEFAULT_NAMESPACE, metadata["name"])


def guess(value: Any) -> str:
    """The canonical reference a document seems to claim, or "": for problems of documents that were rejected."""
    match value:
        case {"kind": str(kind), "metadata": {"name": str(name), **metadata}} if kind and name:
            namespace = metadata.get("namespace")
            return str(EntityRef(kind, namespace if isinstance(namespace, str) and namespace else "default", name))
    return ""
