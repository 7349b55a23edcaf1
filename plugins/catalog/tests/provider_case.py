"""What tests of providers start with: a host of Git, and a portal that is configured for it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.test.utils import override_settings

from plugins.catalog.ingestion.ingest import ingest
from plugins.catalog.ingestion.summary import Summary
from plugins.catalog.providers.discovery import discover
from plugins.catalog.tests.files import EVERY_KIND, stated
from plugins.catalog.tests.git_hosts import TOKEN, GitHost, git_host
from portal.api import config
from portal.testing import PluginTestCase

SECRET = "s3cret-of-the-tests"
PROVIDERS = {
    "github": {"organization": "acme", "host": "git.example"},
    "gitlab": {"group": "acme", "host": "git.example"},
    "gitea": {"organization": "acme", "host": "git.example"},
}


class ProviderCase(PluginTestCase):
    """Sets up hosts by ``host(kind)``; ``waited`` lists the seconds that discovery wanted to wait."""

    def setUp(self):
        super().setUp()
        self.waited: list[float] = []
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.enterContext(patch.dict(os.environ, {"TEST_TOKEN": TOKEN, "TEST_SECRET": SECRET}))

    def host(
        self,
        kind: str = "github",
        *,
        internal: bool = True,
        token: str = "${TEST_TOKEN}",  # noqa: S107 - the name of a variable
        providers: dict[str, Any] | None = None,
        **provider: Any,
    ) -> GitHost:
        host: GitHost = self.enterContext(git_host(kind))
        stated = {
            "backend": {"reading": {"allow": [{"host": host.authority, "internal": True}] if internal else []}},
            "integrations": {kind: [{"host": "git.example", "apiBaseUrl": host.api, "token": token}]},
            "events": {"modules": {kind: {"webhookSecret": "${TEST_SECRET}"}}},
            "catalog": {
                "rules": [{"allow": EVERY_KIND}],
                "providers": providers or {kind: {"acme": PROVIDERS[kind] | provider}},
            },
        }
        self.configure(stated)
        return host

    def configure(self, stated: dict[str, Any]) -> None:
        file = self.folder / f"app-config-{len(list(self.folder.iterdir()))}.yaml"
        file.write_text(json.dumps(stated), encoding="utf-8")
        self.enterContext(override_settings(CONFIG_FILES=(file,), BASE_DIR=self.folder))

    def discover(self) -> None:
        discover(config.of("catalog"), self.waited.append)

    def ingest(self) -> Summary:
        self.discover()
        return ingest(config.of("catalog"), settings.BASE_DIR)

    def refs(self) -> set[str]:
        return {ref.partition("default/")[2] for ref in stated().values_list("ref", flat=True)}
