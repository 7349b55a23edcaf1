"""The portal's settings, with one route and one template folder more."""

from __future__ import annotations

import os

from config.settings import *  # noqa: F403 - every setting stays what it is
from config.settings import TEMPLATES

ROOT_URLCONF = "benchmarks.bare.urls"
TEMPLATES[0]["DIRS"].append(os.environ["BENCHMARK_TEMPLATES"])  # type: ignore[attr-defined]
