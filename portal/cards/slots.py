"""The slots of one page: starting a slot's cards leaves a mark, and all marks of the page are filled together."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from portal.cards.context import context_for
from portal.cards.frame import frame
from portal.cards.runner import PAGE_SECONDS, PATIENT_PAGE_SECONDS, Outcome, Request, runner
from portal.registry import PlacedCard, PlacedLink, registry
from portal.routing import address
from portal.services.permissions import Grants, decide, grants_of
from portal.state import is_on, state

log = logging.getLogger("portal.cards")


def may_see(user: Any, placed: PlacedCard) -> bool:
    """Say whether the card's plugin is on and ``user`` holds what the card asks for. No plugin code runs."""
    plugin = placed.plugin
    return is_on(plugin.label) and decide(user, placed.card.permission, plugin.permissions, plugin.label)


def resolve_argument(user: Any, slot: str, value: str) -> Any:
    """Turn the string in a card's URL into the object that the slot's owner lets ``user`` see. Raises Http404."""
    placed = registry.slots.get(slot)
    if placed is None or not placed.slot.argument:
        if value:
            raise Http404(f"The slot {slot} takes no argument.")
        return None
    if not is_on(placed.plugin.label) or not value:
        raise Http404(f"The slot {slot} needs an argument.")
    return import_string(placed.slot.argument)(user, value)


class PageSlots:
    """The cards on one page, gathered while its template is rendered."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._token = secrets.token_hex(8)
        self._slots: list[list[Request]] = []
        self._patient = request.GET.get("wait") == "1"

    def place(self, name: str, value: str = "") -> str:
        """Start the cards of the slot ``name`` that this user may see, and return the mark to be filled, if any."""
        placed = [one for one in registry.cards_by_slot.get(name, ()) if may_see(self._request.user, one)]
        requests: list[Request] = []
        if placed and (resolved := self._resolve(name, value)) is not None:
            requests = [Request(one, context_for(self._request, one, resolved[0], value)) for one in placed]
            runner.start(requests)
        if not requests:
            return ""
        self._slots.append(requests)
        return self._mark(len(self._slots) - 1)

    def needs(self) -> Mapping[str, tuple[str, ...]]:
        """Return the hosts that the cards of the page need, by CSP directive."""
        merged: dict[str, tuple[str, ...]] = {}
        for plugin in {one.placed.plugin for requests in self._slots for one in requests}:
            for directive, sources in plugin.csp.items():
                merged[directive] = tuple(dict.fromkeys((*merged.get(directive, ()), *sources)))
        return merged

    def fill(self, html: str) -> str:
        """Finish the cards within the time a page waits and put them where their marks are."""
        everything = [one for requests in self._slots for one in requests]
        runner.finish(everything, PATIENT_PAGE_SECONDS if self._patient else PAGE_SECONDS, self._patient)
        for number, requests in enumerate(self._slots):
            cards = "".join(self._frame(one) for one in requests)
            html = html.replace(self._mark(number), cards, 1)
        late = any(one.outcome and one.outcome.state == "late" for one in everything)
        return html.replace(self.late_mark, self._late_refresh() if late and not self._patient else "", 1)

    @property
    def late_mark(self) -> str:
        """The mark in the page's head where the refresh for browsers without JavaScript goes."""
        return f"<!--late-{self._token}-->"

    def _mark(self, number: int) -> str:
        return f"<!--slot-{self._token}-{number}-->"

    def _resolve(self, name: str, value: str) -> tuple[Any] | None:
        try:
            return (resolve_argument(self._request.user, name, value),)
        except Http404:
            return None
        except Exception:  # noqa: BLE001 - the function belongs to a plugin, and the page must stand without its slot
            log.exception("The argument of the slot %s could not be resolved.", name)
            return None

    def _frame(self, request: Request) -> str:
        outcome = request.outcome or Outcome("late")
        return frame(self._request, request.placed, outcome, request.context.argument_text)

    def _late_refresh(self) -> str:
        query = self._request.GET.copy()
        query["wait"] = "1"
        return render_to_string("cards/late_refresh.html", {"query": query.urlencode()})


def links(user: Any, slot: str, argument: str = "") -> list[dict[str, Any]]:
    """Return the links that plugins put into ``slot`` and ``user`` may follow: label, url, group, icon and plugin."""
    grants = grants_of(user)
    return links_in(slot, state.current().on, grants, argument) if grants else []


def links_in(slot: str, on: frozenset[str], grants: Grants, argument: str = "") -> list[dict[str, Any]]:
    """Return the links of ``slot`` of the plugins that are ``on`` and open to ``grants``."""
    return [
        {
            "label": one.link.label,
            "url": url,
            "group": one.link.group,
            "icon": one.link.icon,
            "plugin": one.plugin.label,
        }
        for one in registry.links_by_slot.get(slot, ())
        if one.plugin.label in on
        and grants.allow(one.link.permission, one.plugin.permissions, one.plugin.label)
        and (url := _link_url(one, argument))
    ]


def _link_url(placed: PlacedLink, argument: str) -> str:
    if not argument:
        return address(placed.link.url)
    try:
        return reverse(placed.link.url, args=[argument])
    except NoReverseMatch:
        log.error(
            'The link "%s" of plugin %s names the URL "%s", which does not exist.',
            placed.link.label,
            placed.plugin.label,
            placed.link.url,
        )
        return ""
