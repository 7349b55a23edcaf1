"""Public entity files with the verdict of Backstage's own validators; they live beside the project, not in it."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings


def folder() -> Path:
    """Where the corpus is. Skips the test when there is none, except on CI, where it must be there."""
    place = Path(os.environ.get("FOYER_CORPUS") or Path(settings.BASE_DIR).parent / "shared" / "corpus")
    if not (place / "oracle.jsonl").is_file():
        message = f"No corpus at {place}; set FOYER_CORPUS to its folder."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return place


@cache
def verdicts(directory: str) -> dict[str, list[dict[str, Any]]]:
    """What Backstage said of each document of each file in ``directory``, by file name."""
    found = defaultdict(list)
    with (folder() / "oracle.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            verdict = json.loads(line)
            if verdict["dir"] == directory:
                found[verdict["file"]].append(verdict)
    return dict(found)
