from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

router = Router()


class Answer(Schema):
    """Holds something that JSON can't."""

    model_config = {"arbitrary_types_allowed": True}
    thing: type(lambda: None)  # type: ignore[valid-type]


@router.get("/thing", response=Answer)
def thing(request: HttpRequest) -> Any:
    """Return the thing."""
    return {"thing": thing}
