"""Builds the API of one plugin from its ``api.router``: own OpenAPI document, session sign-in, problem details."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from portal.guard import PluginError
from portal.loading.methods import with_methods
from portal.plugin import Plugin
from portal.registry import registry

log = logging.getLogger("portal.api")

PROBLEM = "application/problem+json"
API_PREFIX = "/api/"


class ApiToken(HttpBearer):
    """A personal API token; ApiSignInMiddleware has looked it up before the operation is known."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the token's owner."""
        return request.user if getattr(request, "signed_in_by_token", False) else None


def api_namespace(label: str) -> str:
    """Return the URL namespace of a plugin's API: reverse("api-todos:list_todos")."""
    return f"api-{label}"


def build_api(plugin: Plugin, router: Any) -> NinjaAPI:
    """Mount ``router`` in an API of its own. Raises PluginError when it isn't a ninja Router."""
    if not isinstance(router, Router):
        raise PluginError("api.py must define router = ninja.Router().")
    api = NinjaAPI(
        title=str(plugin.verbose_name),
        version=plugin.version,
        description=(type(plugin).__doc__ or "").strip(),
        urls_namespace=api_namespace(plugin.label),
        docs_url=None,
        auth=[ApiToken(), SessionAuth(csrf=True)],
    )
    _answer_with_problem_details(api)
    api.add_router("", router)
    api.get_openapi_schema(path_prefix=f"/api/{plugin.label}/")
    return api


def api_patterns(api: NinjaAPI) -> list[Any]:
    """Return the URL patterns of ``api``; at its root, ninja's welcome gives way to a 404."""
    patterns: list[Any] = [pattern for pattern in api.urls[0] if getattr(pattern, "name", None) != "api-root"]
    for pattern in patterns:
        pattern.callback = with_methods(pattern.callback, problem)
    return [*patterns, path("", _nothing_at_the_root, name="api-root")]


@csrf_exempt
def _nothing_at_the_root(request: HttpRequest) -> HttpResponse:
    return problem(request, 404, "The operations are listed in openapi.json.")


def problem(request: HttpRequest, status: int, detail: str = "", **members: Any) -> HttpResponse:
    """Return an error as problem details (RFC 9457), with the request id as an extension member.

    A plugin whose api.py has ``error_body`` gives its errors a shape of its own.
    """
    own = _own_body(request, status, detail)
    if own is not None:
        return HttpResponse(own, status=status, content_type="application/json; charset=utf-8")
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    body |= {"request_id": getattr(request, "request_id", ""), **members}
    return HttpResponse(json.dumps(body), status=status, content_type=PROBLEM)


def _own_body(request: HttpRequest, status: int, detail: str) -> str | None:
    """The JSON of an error as the plugin whose API it is words it; None when the host is to."""
    label = request.path_info.removeprefix(API_PREFIX).partition("/")[0]
    one = registry.plugins.get(label) if request.path_info.startswith(API_PREFIX) else None
    if one is None or one.error_body is None:
        return None
    detail = detail or HTTPStatus(status).phrase
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The shape has no member for the id, which people are asked to pass on.
        detail = f"{detail} Request id: {getattr(request, 'request_id', '')}"
    try:
        return json.dumps(one.error_body(request, status, detail))
    except Exception:  # noqa: BLE001 - an error must be answered even where the plugin fails at saying it
        log.exception("The error_body of the plugin %s failed.", label)
        return None


def _answer_with_problem_details(api: NinjaAPI) -> None:
    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [{"location": list(item["loc"]), "message": item["msg"]} for item in error.errors]
        return problem(request, 422, "The request does not match the schema.", errors=errors)

    @api.exception_handler(AuthenticationError)
    def signed_out(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(request, 401, "Sign in first.")

    @api.exception_handler(PermissionDenied)
    def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(request, 403, str(error))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(request, 404, str(error) if str(error) != "Not Found" else "")

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, str(error))
