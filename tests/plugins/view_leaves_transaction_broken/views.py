from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """Leave a transaction half done."""
    transaction.set_autocommit(False)
    User.objects.filter(username="bob").update(first_name="Nobody")
    return HttpResponse("done, or not")
