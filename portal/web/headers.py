"""The security headers of every response, beside those that Django's own SecurityMiddleware sets."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The features that could spy on people or spend their money.
FEATURES_OFF = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in FEATURES_OFF)
NEVER_DOCUMENTS = ("text/css", "text/javascript", "font/")
# An image is a document when it is opened by itself; its policy lets it run nothing (portal.web.csp).
PARTS_OF_PAGES = (*NEVER_DOCUMENTS, "image/")
ONLY_DOCUMENTS_OBEY = ("Cross-Origin-Opener-Policy", "Referrer-Policy")


class SecurityHeadersMiddleware:
    """Adds isolation, permissions and script-integrity headers, and a Cache-Control where a view has set none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "private, no-cache")
        # On a part of a page, the rest would be hundreds of bytes that no browser reads.
        if response.get("Content-Type", "").startswith(PARTS_OF_PAGES):
            for name in ONLY_DOCUMENTS_OBEY:
                response.headers.pop(name, None)
            # Nobody asks whether it has changed, which dates and tags are for (RFC 8246).
            if "immutable" in response["Cache-Control"]:
                response.headers.pop("Last-Modified", None)
                response.headers.pop("ETag", None)
            return response
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # A framed document would have to send the header as well, which the tools that plugins frame do not.
        if "frame-src" not in response.get("Content-Security-Policy", ""):
            response.setdefault("Cross-Origin-Embedder-Policy", "credentialless")
        # Django's admin loads its scripts without an integrity attribute.
        if not request.path_info.startswith("/admin/"):
            response.setdefault("Integrity-Policy", "blocked-destinations=(script)")
        return response
