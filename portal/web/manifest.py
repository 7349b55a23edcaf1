"""The manifest: a plugin's declarations as JSON, valid against docs/manifest.schema.json."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, reverse

from portal.registry import LoadedPlugin
from portal.status import description
from portal.web.static_files import assets_of

SCHEMA_VERSION = 1


def manifest(one: LoadedPlugin) -> dict[str, Any]:
    """Return what ``one`` declares and contributes, derived from the loaded code."""
    plugin = one.plugin
    base = f"{reverse('api_index')}{plugin.label}/" if one.api else None
    return {
        "manifest": SCHEMA_VERSION,
        "label": plugin.label,
        "name": str(plugin.verbose_name),
        "description": description(plugin),
        "version": plugin.version,
        "requires_portal": plugin.requires_portal,
        "required": plugin.required,
        "permissions": [
            {"name": f"{plugin.label}.{action}", "description": text, "everyone": action in plugin.everyone}
            for action, text in plugin.permissions.items()
        ],
        "routes": [*_routes(one.pages, f"/{plugin.label}/")] if one.pages else [],
        "cards": [
            {
                "name": card.name,
                "title": card.title or str(plugin.verbose_name),
                "slot": card.slot,
                "size": card.size,
                "permission": card.permission,
                "io": card.io,
                "refresh": card.refresh,
                "url": reverse("card", args=[plugin.label, card.name]),
            }
            for card in plugin.cards
        ],
        "slots": [{"name": slot.name, "takes_argument": bool(slot.argument)} for slot in plugin.slots],
        "schedules": [each.name for each in plugin.schedules],
        "navigation": [
            {
                "label": link.label,
                "url_name": link.url,
                "slot": link.slot,
                "group": link.group,
                "icon": link.icon,
                "permission": link.permission,
            }
            for link in plugin.nav
        ],
        "api": {"base": base, "openapi": f"{base}openapi.json"} if base else None,
        "commands": list(one.commands),
        "tag_libraries": list(one.tag_libraries),
        "models": [model._meta.label for model in plugin.get_models()],
        "config_schema": plugin.config_model.model_json_schema() if plugin.config_model else None,
        "csp": {directive: list(sources) for directive, sources in plugin.csp.items()},
        "assets": assets_of(plugin),
    }


def _routes(resolver: URLResolver, prefix: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for pattern in resolver.url_patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            permission = getattr(pattern.callback, "required_permission", "")
            opened = getattr(pattern.callback, "is_public", False)
            found.append(
                {
                    "path": path,
                    "name": pattern.name or "",
                    "permission": permission,
                    "access": "public" if opened else "permission",
                }
            )
        else:
            found += _routes(pattern, path)
    return found
