"""The card alone, at an address of its own: late cards, retries and refreshes ask for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.cards.context import context_for
from portal.cards.frame import frame
from portal.cards.runner import Request, runner
from portal.cards.slots import may_see, resolve_argument
from portal.registry import registry
from portal.state import is_on


@require_safe
@login_required
def card(request: HttpRequest, label: str, name: str) -> HttpResponse:
    """Answer with the card's frame in whatever state it is; a failure of the plugin is a state, not an error."""
    placed = registry.cards.get(f"{label}.{name}")
    if placed is None or not is_on(label):
        raise Http404("There is no such card.")
    if not may_see(request.user, placed):
        raise PermissionDenied("You may not see this card.")
    argument_text = request.GET.get("argument", "")
    argument = resolve_argument(request.user, placed.card.slot, argument_text)
    given = request.GET.get("attempt", "0")
    attempt = int(given) if given.isascii() and given.isdigit() else 0
    outcome = runner.join(Request(placed, context_for(request, placed, argument, argument_text), again=attempt > 0))
    html = frame(request, placed, outcome, argument_text, attempt)
    response = HttpResponse(html)
    response.headers["Cache-Control"] = (
        "private, no-store" if outcome.state in ("late", "failed") else "private, no-cache"
    )
    return response
