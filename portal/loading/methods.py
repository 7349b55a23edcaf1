"""What the operations of an API answer to methods: HEAD as GET, and an error in the shape of the API to others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotAllowed

Refuse = Callable[[HttpRequest, int, str], HttpResponse]


def with_methods(view: Callable[..., Any], refuse: Refuse) -> Callable[..., HttpResponseBase]:
    """Wrap the view of one path, which django-ninja lets answer the methods of its operations only.

    The server sends no body to HEAD.
    """
    answer = async_to_sync(view) if iscoroutinefunction(view) else view

    @wraps(view)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = answer(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        allowed = {method.strip() for method in response["Allow"].split(",")}
        if "GET" not in allowed:
            return _refused(request, allowed, refuse)
        if request.method != "HEAD":
            return _refused(request, allowed | {"HEAD"}, refuse)
        request.method = "GET"
        try:
            response = answer(request, *args, **kwargs)
        finally:
            request.method = "HEAD"
        return response

    return call


def _refused(request: HttpRequest, allowed: set[str], refuse: Refuse) -> HttpResponse:
    methods = sorted(allowed)
    response = refuse(request, 405, f"{request.method} is not offered here. Use {' or '.join(methods)}.")
    response["Allow"] = ", ".join(methods)
    return response
