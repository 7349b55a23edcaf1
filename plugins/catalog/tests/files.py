"""Folders of catalog files for tests."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import QuerySet

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion import generated
from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.ingestion.summary import Summary
from plugins.catalog.models import Entity

EVERY_KIND = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"]


def write(folder: Path, **files: str) -> None:
    """Write files, a double underscore in a name standing for a slash: payments__a="…" is payments/a.yaml."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read(folder: Path, *targets: str, rules: list[dict[str, list[str]]] | None = None) -> Summary:
    """Read the folder, or targets in it, into the catalog."""
    return ingest(configured(*targets, rules=rules), folder)


def fill(**files: str) -> Summary:
    """Read files, gone afterwards, into the catalog in place of what it holds; they are named as in ``write``."""
    with TemporaryDirectory() as folder:
        write(Path(folder), **files)
        return read(Path(folder))


def configured(*targets: str, rules: list[dict[str, list[str]]] | None = None, **more: Any) -> CatalogConfig:
    """Locations of files or addresses; every kind is allowed unless they have rules of their own."""
    locations = [
        {"type": "url" if "://" in target else "file", "target": target, "rules": rules or []}
        for target in targets or (".",)
    ]
    allowed = {} if rules else {"rules": [{"allow": EVERY_KIND}]}
    return CatalogConfig.model_validate({"locations": locations, **allowed, **more})


def stated() -> QuerySet[Entity]:
    """The entities but for those that stand for locations."""
    return Entity.objects.exclude(ref__startswith=generated.REFS)


def component(name: str, *, owner: str = "payments", more: str = "", metadata: str = "") -> str:
    """A component; ``more`` and ``metadata`` are lines for its spec and metadata."""
    return f"""apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
{metadata}
spec:
  type: service
  lifecycle: production
  owner: {owner}
{more}
"""


def group(name: str, title: str = "") -> str:
    """A team."""
    return f"""apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: {name}
  title: {title or name.title()}
spec:
  type: team
  children: []
"""


def user(name: str, *groups: str) -> str:
    """A person in groups."""
    return f"""apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: {name}
spec:
  memberOf: [{", ".join(groups)}]
"""


# A team with Bob in it, what it owns, and what depends on that and belongs to nobody the catalog knows.
SMALL = {
    "a_teams": group("payments", "Payments team") + "---\n" + user("bob", "payments"),
    "b_ledger": component("ledger", metadata="  description: Counts every cent.\n  tags: [go, audited]"),
    "c_shop": component("shop", owner="absent-team", more="  dependsOn: [component:ledger, resource:gone]"),
}
