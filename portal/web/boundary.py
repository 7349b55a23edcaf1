"""The boundary around a plugin's views: its failures and its hunger for threads stay its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial, wraps
from inspect import isawaitable
from math import inf
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

from portal.cards.runner import runner
from portal.circuit import Refused, circuits
from portal.guard import PluginError
from portal.guard.transactions import no_transaction_left_open
from portal.registry import registry
from portal.web.errors import error_response, is_for_programs

log = logging.getLogger("portal.plugins")

# Long enough for a burst of quick requests, short enough to keep request threads free for everybody else.
PLACE_SECONDS = 1.0

ANSWERS = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)


def bounded(label: str, view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a view of the plugin ``label``: bulkhead and breaker before it, an error page instead of its exception."""

    @wraps(view)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        circuit = circuits.requests(label)
        try:
            entered = circuit.enter(wait=PLACE_SECONDS)
        except Refused as refused:
            return _refused(request, label, refused)
        error = ""
        inside = True
        try:
            with no_transaction_left_open():
                response = _rendered(_awaited(view(request, *args, **kwargs)))
            if response.status_code >= 500:
                error = f"{request.path} answered {response.status_code}."
            elif isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
                response.streaming_content = _Parts(iter(response), partial(circuit.leave, entered))
                # Sending takes as long as the client is slow, which is no failure of the plugin.
                entered.started = inf
                inside = False
        except ANSWERS:
            raise
        except KeyboardInterrupt:
            error = "The server was stopped."
            raise
        except BaseException as exception:  # noqa: BLE001 - the boundary around plugin pages: even SystemExit stays inside
            error = f"{type(exception).__name__}: {exception}"
            log.exception("Plugin %s failed at %s.", label, request.path)
            if settings.DEBUG:
                raise
            response = _failed(request, label)
        finally:
            if inside:
                circuit.leave(entered, error)
        if request.method not in ("GET", "HEAD", "OPTIONS", "TRACE") and response.status_code < 400:
            runner.forget(label, request.user.pk)
        return response

    return call


class _Parts:
    """The parts of a streamed response; the request is inside the plugin until the server closes the response."""

    def __init__(self, parts: Iterator[bytes], leave: Callable[[str], None]) -> None:
        self._parts = parts
        self._leave: Callable[[str], None] | None = leave
        self._error = ""

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        except Exception as exception:
            self._error = f"{type(exception).__name__}: {exception}"
            raise

    def close(self) -> None:
        """Leave, once, whether all parts were sent or not."""
        leave, self._leave = self._leave, None
        if leave:
            leave(self._error)

    # A middleware that answers something else in its place drops the response without closing it.
    __del__ = close


def _awaited(result: Any) -> Any:
    """Run the coroutine of an async view to its end, as Django would had it been given the view itself."""

    async def run() -> Any:
        return await result

    return async_to_sync(run)() if isawaitable(result) else result


def _rendered(response: Any) -> HttpResponseBase:
    """Render a TemplateResponse inside the boundary, and refuse what isn't a response."""
    if not isinstance(response, HttpResponseBase):
        raise PluginError(f"The view returned {type(response).__name__} instead of a response.")
    render = getattr(response, "render", None)
    return render() if callable(render) and not getattr(response, "is_rendered", True) else response


def _refused(request: HttpRequest, label: str, refused: Refused) -> HttpResponse:
    name = registry.plugins[label].plugin.verbose_name
    if refused.reason == "busy":
        title, explanation = f"{name} is busy", "It is working on as many requests as it may. Try again in a moment."
    else:
        title, explanation = f"{name} is unavailable", "It failed several times in a row and is given a pause."
    headers = {"Retry-After": str(refused.retry_after)}
    return error_response(request, 503, title, explanation, headers=headers)


def _failed(request: HttpRequest, label: str) -> HttpResponse:
    name = registry.plugins[label].plugin.verbose_name
    explanation = "The rest of the portal is not affected. If it happens again, tell its owner the request id."
    title = f"{name} could not answer" if is_for_programs(request) else f"{name} could not show this page"
    return error_response(request, 500, title, explanation)
