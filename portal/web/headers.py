"""The security headers of every response that Django's own SecurityMiddleware does not set."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FEATURES_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in FEATURES_OFF)
NEVER_DOCUMENTS = ("text/css", "text/javascript")


class SecurityHeadersMiddleware:
    """Adds isolation, permissions and script-integrity headers, and a Cache-Control where a view has set none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # On a stylesheet or a script it would be 300 bytes that no browser reads.
        if not response.get("Content-Type", "").startswith(NEVER_DOCUMENTS):
            response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cache-Control", "private, no-cache")
        # A framed document would have to send the header as well, which the tools that plugins frame do not.
        if "frame-src" not in response.get("Content-Security-Policy", ""):
            response.setdefault("Cross-Origin-Embedder-Policy", "credentialless")
        # Django's admin loads its scripts without an integrity attribute.
        if not request.path_info.startswith("/admin/"):
            response.setdefault("Integrity-Policy", "blocked-destinations=(script)")
        return response
