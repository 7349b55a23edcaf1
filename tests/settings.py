"""Settings of the test suite: the portal's own, with the good plugin of the tests beside those that are installed."""

from __future__ import annotations

import os

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, DATABASES, HOST_APPS, INSTALLED_APPS, STRICT_PLUGINS, TEMPLATES, VAR_DIR
from portal.loading.loader import load

INSTALLED_APPS = load([*INSTALLED_APPS[:-1], "tests.plugins.healthy"], host=HOST_APPS, strict=STRICT_PLUGINS)
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "cards" / "templates")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A database in memory has other locks than the file of a server: its threads would meet "table is locked".
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"test-{os.getpid()}.sqlite3"}

# The real hasher is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A process that a test starts is the portal as it is.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
