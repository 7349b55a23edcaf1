"""Backstage's schemas of the envelope and of every kind (@backstage/catalog-model 1.10.1), as tables of rules."""

from __future__ import annotations

from collections.abc import Mapping

from plugins.catalog.validation.rules import Items, OfType, OneOf, Shape, Text

TEXT = Text()
TEXTS = Items(TEXT)
ANY_TEXT = Text(empty=True)
OBJECT = OfType(("object",))
CONDITION = OfType(("string", "boolean"))

ENVELOPE = Shape(
    {
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": Shape({"name": TEXT, "namespace": TEXT}, required=("name",)),
    },
    required=("apiVersion", "kind", "metadata"),
)

METADATA = Shape(
    {
        "uid": TEXT,
        "etag": TEXT,
        "name": TEXT,
        "namespace": TEXT,
        "title": TEXT,
        "description": ANY_TEXT,
        "labels": Shape(others=ANY_TEXT),
        "annotations": Shape(others=ANY_TEXT),
        "tags": TEXTS,
        "links": Items(Shape({"url": TEXT, "title": TEXT, "icon": TEXT, "type": TEXT}, required=("url",))),
    },
    required=("name",),
)

STATUS_ITEM = Shape(
    {
        "type": TEXT,
        "level": Text(choices=("info", "warning", "error")),
        "message": ANY_TEXT,
        "error": Shape(
            {"name": TEXT, "message": ANY_TEXT, "code": ANY_TEXT, "stack": ANY_TEXT}, required=("name", "message")
        ),
    },
    required=("type", "level", "message"),
)

ENTITY = Shape(
    {
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": METADATA,
        "spec": OBJECT,
        "relations": Items(Shape({"type": TEXT, "targetRef": TEXT}, required=("type", "targetRef"))),
        "status": Shape({"items": Items(STATUS_ITEM)}),
    },
    required=("apiVersion", "kind", "metadata"),
    closed=True,
)

PROFILE = Shape({"displayName": TEXT, "email": TEXT, "picture": TEXT})
PERMISSIONS = Shape({"tags": Items(ANY_TEXT)})
DECORATORS = Items(Shape({"id": ANY_TEXT, "input": OBJECT}))

COMPONENT = Shape(
    {
        "type": TEXT,
        "lifecycle": TEXT,
        "owner": TEXT,
        "system": TEXT,
        "subcomponentOf": TEXT,
        "providesApis": TEXTS,
        "consumesApis": TEXTS,
        "dependsOn": TEXTS,
    },
    required=("type", "lifecycle", "owner"),
)
API = Shape(
    {"type": TEXT, "lifecycle": TEXT, "owner": TEXT, "system": TEXT, "definition": TEXT},
    required=("type", "lifecycle", "owner", "definition"),
)
MCP_SERVER_API = Shape(
    {
        "type": Text(choices=("mcp-server",)),
        "lifecycle": TEXT,
        "owner": TEXT,
        "system": TEXT,
        "remotes": Items(Shape({"type": TEXT, "url": TEXT}, required=("type", "url")), at_least=1),
    },
    required=("type", "lifecycle", "owner", "remotes"),
)
RESOURCE = Shape({"type": TEXT, "owner": TEXT, "dependsOn": TEXTS, "system": TEXT}, required=("type", "owner"))
SYSTEM = Shape({"owner": TEXT, "domain": TEXT, "type": TEXT}, required=("owner",))
DOMAIN = Shape({"owner": TEXT, "subdomainOf": TEXT, "type": TEXT}, required=("owner",))
GROUP = Shape(
    {"type": TEXT, "profile": PROFILE, "parent": TEXT, "children": TEXTS, "members": TEXTS},
    required=("type", "children"),
)
USER = Shape({"profile": PROFILE, "memberOf": TEXTS}, required=("memberOf",))
LOCATION = Shape(
    {"type": TEXT, "target": TEXT, "targets": TEXTS, "presence": Text(choices=("required", "optional"))},
)
TEMPLATE = Shape(
    {
        "type": TEXT,
        "owner": TEXT,
        "lifecycle": TEXT,
        "parameters": OneOf(
            (
                Shape({"backstage:permissions": PERMISSIONS}),
                Items(Shape({"when": CONDITION, "backstage:permissions": PERMISSIONS})),
            )
        ),
        "secrets": Shape({"schema": OBJECT}),
        "presentation": Shape(
            {
                "buttonLabels": Shape(
                    {"backButtonText": ANY_TEXT, "createButtonText": ANY_TEXT, "reviewButtonText": ANY_TEXT}
                )
            }
        ),
        "EXPERIMENTAL_recovery": Shape({"EXPERIMENTAL_strategy": ANY_TEXT}),
        "formDecorators": DECORATORS,
        "EXPERIMENTAL_formDecorators": DECORATORS,
        "steps": Items(
            Shape(
                {
                    "id": ANY_TEXT,
                    "name": ANY_TEXT,
                    "action": ANY_TEXT,
                    "input": OBJECT,
                    "if": CONDITION,
                    "backstage:permissions": PERMISSIONS,
                },
                required=("action",),
            )
        ),
        "output": Shape(
            {
                "links": Items(Shape({"if": CONDITION, "url": TEXT, "entityRef": TEXT, "title": TEXT, "icon": TEXT})),
                "text": Items(Shape({"if": CONDITION, "title": TEXT, "icon": TEXT, "content": ANY_TEXT})),
            },
            others=ANY_TEXT,
        ),
    },
    required=("type", "steps"),
)

CORE_VERSIONS = ("backstage.io/v1alpha1", "backstage.io/v1beta1")
TEMPLATE_VERSIONS = ("scaffolder.backstage.io/v1beta3",)

KINDS: Mapping[str, tuple[tuple[str, ...], Shape]] = {
    "Component": (CORE_VERSIONS, COMPONENT),
    "API": (CORE_VERSIONS, API),
    "Resource": (CORE_VERSIONS, RESOURCE),
    "System": (CORE_VERSIONS, SYSTEM),
    "Domain": (CORE_VERSIONS, DOMAIN),
    "Group": (CORE_VERSIONS, GROUP),
    "User": (CORE_VERSIONS, USER),
    "Location": (CORE_VERSIONS, LOCATION),
    "Template": (TEMPLATE_VERSIONS, TEMPLATE),
}
