from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """Begin and never end."""
    transaction.atomic().__enter__()
    User.objects.filter(username="bob").update(first_name="Nobody")
    return HttpResponse("begun")
