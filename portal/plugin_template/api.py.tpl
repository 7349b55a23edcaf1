from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from portal.plugin import requires

router = Router()


class Greeting(Schema):
    """Who is greeted, and how."""

    greeting: str


@router.get("/greeting", response=Greeting)
@requires("$label.read")
def greeting(request: HttpRequest) -> dict[str, str]:
    """Greet whoever is signed in."""
    return {"greeting": f"Hello, {request.user.get_short_name() or request.user.get_username()}"}
