"""Fills the slots of a page once its template has been rendered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SlotMiddleware:
    """Puts the cards where the page's slot tags left their marks, and hands their CSP needs on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the view, then fill what it placed."""
        response = self._get_response(request)
        page_slots = getattr(request, "page_slots", None)
        if page_slots is not None and not response.streaming:
            response.content = page_slots.fill(response.content.decode(response.charset)).encode(response.charset)
            needs = dict(getattr(request, "csp_needs", {}))
            for directive, sources in page_slots.needs().items():
                needs[directive] = tuple(dict.fromkeys((*needs.get(directive, ()), *sources)))
            request.csp_needs = needs  # type: ignore[attr-defined]
        return response
