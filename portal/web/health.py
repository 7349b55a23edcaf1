"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.loading.migrations import unapplied
from portal.plugin import Plugin
from portal.services.shared_cache import SharedCache
from portal.status import all_statuses
from portal.tasks.queue import alive_workers

log = logging.getLogger("portal.health")

_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process answers at all. Asks neither the database nor any plugin."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 503 "unavailable" while the host can't serve: the database is away or waits for migrations.

    Otherwise 200, with "ok" or, when the shared cache or a plugin is down, "degraded". Admins also see what and why,
    and how many workers run tasks; without one, what is enqueued waits.
    """
    reasons = _host_reasons()
    if reasons:
        log.warning("Not ready: %s", "; ".join(reasons))
        return JsonResponse({"status": "unavailable"}, status=503)
    degraded = _cache_reasons()
    plugins = {one.label: f"{one.state}: {one.message}".rstrip(": ") for one in all_statuses() if one.state in DOWN}
    body: dict[str, Any] = {"status": "degraded" if degraded or plugins else "ok"}
    if request.user.is_staff and request.user.has_perm("portal.view_pluginstate"):
        body |= {"reasons": degraded, "plugins": plugins, "workers": alive_workers().count()}
    return JsonResponse(body)


DOWN = {"tripped", "not migrated", "quarantined"}


def _host_reasons() -> list[str]:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:
            host: Any = [config for config in apps.get_app_configs() if not isinstance(config, Plugin)]
            missing = unapplied(host)
            if missing:
                return [f"{label} waits for migrations {', '.join(names)}" for label, names in missing.items()]
            # What is applied stays applied, and a new version is a new process.
            _migrated = True
    except DatabaseError as error:
        return [f"the database can't be read: {type(error).__name__}"]
    return []


def _cache_reasons() -> list[str]:
    # All aliases are one server.
    shared: Any = caches["default"]
    if isinstance(shared, SharedCache) and not shared.ping():
        return ["the shared cache can't be reached: limits hold per process, and cards are not shared"]
    return []
