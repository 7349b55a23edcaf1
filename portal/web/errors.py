"""What people and programs see when a request fails: a page, a fragment for htmx, or problem details (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.loader import get_template
from django.utils.html import escape

from portal.loading.openapi import problem
from portal.services import request_id

log = logging.getLogger("portal.errors")

API_PREFIX = "/api/"
TITLES = {
    400: "This request can't be read",
    403: "You may not do this",
    404: "This page does not exist",
    413: "This is too large to be sent",
    429: "Too many requests",
    500: "The portal could not answer",
    502: "The sign-in service gave an answer the portal can't accept",
    503: "Not available right now",
}
EXPLANATIONS = {
    400: "The request is malformed. Go back, reload the page and try again.",
    403: "Your account does not have the permission this needs. Ask an administrator of the portal for it.",
    404: "The address may be mistyped, or the page was moved, switched off, or is not yours to see.",
    429: "Wait a moment, then try again.",
    500: "The failure has been logged. Try again; if it happens again, give the request id to an administrator.",
    502: "Try again; if it happens again, give the request id to an administrator.",
    503: "Try again in a moment.",
}


class Action(TypedDict):
    """A link that an error page offers."""

    label: str
    url: str


def error_response(
    request: HttpRequest,
    status: int,
    title: str = "",
    explanation: str = "",
    *,
    actions: Sequence[Action] | None = None,
    headers: Mapping[str, str] | None = None,
    framed: bool = True,
) -> HttpResponse:
    """Return the answer to a failed request in the form its sender reads, always with the request id.

    Under /api/ it is problem details, for htmx a fragment, otherwise a page. ``actions`` defaults to a link home.
    Without ``framed`` the page has no navigation, and needs neither the database nor a signed-in user.
    """
    explanation = explanation or EXPLANATIONS.get(status, EXPLANATIONS[400] if status < 500 else EXPLANATIONS[500])
    if is_for_programs(request):
        response = problem(request, status, explanation, **({"title": title} if title else {}))
    else:
        context = {
            "status": status,
            "title": title or TITLES.get(status, TITLES[400] if status < 500 else TITLES[500]),
            "explanation": explanation,
            "request_id": _id_of(request),
            "actions": [{"label": "Go to the home page", "url": "/"}] if actions is None else actions,
        }
        response = HttpResponse(_html(request, context, framed), status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the answer is read by a program."""
    return request.path_info.startswith(API_PREFIX)


def _id_of(request: HttpRequest) -> str:
    return getattr(request, "request_id", "") or request_id.current()


def _html(request: HttpRequest, context: Mapping[str, Any], framed: bool) -> str:
    if request.headers.get("HX-Request") == "true":
        names = ["errors/fragment.html"]
    else:
        names = ["errors/page.html", "errors/minimal.html"] if framed else ["errors/minimal.html"]
    for name in names:
        try:
            # Context processors run with a request only, and they may need the database.
            return get_template(name).render(dict(context), request if name == "errors/page.html" else None)
        except Exception:  # noqa: BLE001 - the last page between a failure and the person must always come
            log.exception("The error page %s could not be drawn.", name)
    return LAST_RESORT.format(**{name: escape(context[name]) for name in ("title", "explanation", "request_id")})


LAST_RESORT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<h1>{title}</h1><p>{explanation}</p><p>Request id: {request_id}</p><p><a href="/">Go to the home page</a></p></html>
"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a malformed or suspicious request; why is in the log only, unless it is too large."""
    if isinstance(exception, RequestDataTooBig):
        most = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes"
        return error_response(request, 413, explanation=f"A request may have {most} at most. Send less at once.")
    return error_response(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer with the reason that PermissionDenied was raised with."""
    reason = str(exception) if isinstance(exception, PermissionDenied) else ""
    return error_response(request, 403, explanation=reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer the same whether something is missing or hidden, so that nobody learns which."""
    return error_response(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when a view raised; Django has logged the traceback with the request id."""
    return error_response(request, 500, framed=False)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without a valid CSRF token (CSRF_FAILURE_VIEW)."""
    return error_response(
        request,
        403,
        title="This form has expired",
        explanation="It was opened before you signed in or out, or cookies are blocked. Reload it and send it again.",
        actions=[
            {"label": "Go to the home page", "url": "/"},
            {"label": "Sign in", "url": resolve_url(settings.LOGIN_URL)},
        ],
    )
