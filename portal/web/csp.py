"""The Content-Security-Policy of what can be a document: static, without a nonce, so that pages can answer 304.

Three policies: the portal's pages, Django's admin, whose scripts know neither hashes nor Trusted Types, and data, which
is whatever a page loads or a program reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus

from csp.constants import HEADER, NONE, SELF
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.web.headers import NEVER_DOCUMENTS, PARTS_OF_PAGES
from portal.web.static_files import static_files

SCRIPT = "foyer/foyer.js"
TRUSTED_TYPES_POLICY = "htmx"

Directives = Mapping[str, tuple[str, ...]]
Needs = tuple[tuple[str, tuple[str, ...]], ...]

PAGE: Directives = {
    "default-src": (NONE,),
    "script-src": (NONE,),
    "style-src": (SELF,),
    "img-src": (SELF,),
    "connect-src": (SELF,),
    "form-action": (SELF,),
    "base-uri": (NONE,),
    "frame-ancestors": (NONE,),
    "object-src": (NONE,),
    "require-trusted-types-for": ("'script'",),
    "trusted-types": (TRUSTED_TYPES_POLICY,),
}
ADMIN: Directives = {
    "default-src": (SELF,),
    "form-action": (SELF,),
    "base-uri": (NONE,),
    "frame-ancestors": (NONE,),
    "object-src": (NONE,),
}
DATA: Directives = {"default-src": (NONE,), "frame-ancestors": (NONE,)}


class ContentSecurityPolicyMiddleware:
    """Sets the policy of a response.

    ``csp_needs`` of request and response, hosts by directive, widen a page's policy. A policy that a view has set
    itself is kept beside the portal's, and browsers enforce both, so a view can only narrow it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's own error pages for development are styled inline.
        if settings.DEBUG and response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR):
            return response
        if response.headers.get("Content-Type", "").startswith(NEVER_DOCUMENTS):
            return response
        policies = [policy_for(request, response)]
        if own := response.headers.get(HEADER):
            policies.append(own)
        response.headers[HEADER] = ", ".join(policies)
        return response


def policy_for(request: HttpRequest, response: HttpResponse) -> str:
    """Return the policy for one response, as the value of the header."""
    if request.path_info.startswith("/admin/"):
        return _admin()
    content_type = response.headers.get("Content-Type", "").partition(";")[0]
    if request.path_info.startswith("/api/") or "json" in content_type or content_type.startswith(PARTS_OF_PAGES):
        return _data()
    needs: dict[str, set[str]] = {}
    for source in (request, response):
        for directive, hosts in getattr(source, "csp_needs", {}).items():
            needs.setdefault(directive, set()).update(hosts)
    wanted = tuple(sorted((directive, tuple(sorted(hosts))) for directive, hosts in needs.items() if hosts))
    return _page(static_files().integrity(SCRIPT), wanted)


@lru_cache(maxsize=1024)
def _page(script_hash: str, needs: Needs) -> str:
    directives = dict(PAGE)
    if script_hash:
        directives["script-src"] = (f"'{script_hash}'",)
    for directive, hosts in needs:
        # Beside a host, 'none' would be ignored with a warning.
        directives[directive] = (*(source for source in directives.get(directive, ()) if source != NONE), *hosts)
    return _written(directives)


@lru_cache(maxsize=1)
def _admin() -> str:
    return _written(ADMIN)


@lru_cache(maxsize=1)
def _data() -> str:
    return _written(DATA)


def _written(directives: Directives) -> str:
    # Given as an update, the directives keep their order; as the configuration they would come in that of a set.
    return build_policy(config={}, update=dict(directives))
