from typing import Any

from django.http import HttpRequest
from ninja import Router

router = Router()


@router.get("/thing")
def thing(request: HttpRequest) -> Any:
    """Raise."""
    raise RuntimeError("nothing to call")
