"""The plugin contract: everything a plugin declares, on one page.

A plugin is a Django app whose AppConfig subclasses Plugin. This module is safe to import before
apps are ready; what plugin code calls at run time is in portal.api.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.apps import AppConfig, apps
from django.core.exceptions import PermissionDenied

from portal.guard import guard
from portal.guard.models import building_models_of

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["Card", "Link", "Plugin", "Schedule", "Slot", "public", "requires"]


@dataclass(frozen=True, slots=True)
class Card:
    """A fragment in a slot, rendered from ``template`` with the mapping that ``context`` returns.

    name        unique within the plugin; the card's URL is /cards/<label>/<name>/
    template    a template under templates/<label>/; it holds the body, the host draws the frame
    slot        where the card stands: "home:left", "home:main", "home:right" or a slot of a plugin
    title       the heading of the frame; the plugin's verbose name when empty
    icon        a Lucide icon name of the host's sprite
    link        URL name of the full page, reversed without arguments
    permission  "label.action" a user must hold to see it; empty: any permission of the plugin
    context     dotted path of ``function(card: CardContext) -> Mapping``; an int under the key
                "count" is shown in the heading
    size        "S", "M" or "L": 10, 16 or 24 rem high; says how many rows are asked for
    io          what it may wait for: "net" runs on the pool, "db" inline under a statement timeout,
                "none" inline
    order       ascending within the slot
    cache_for   seconds its HTML is fresh; 0: never cached. Stale HTML is shown while it is renewed
    shared      cached once per set of permissions instead of per user; the context then has no user
    exclusive   at most one process renders it at a time (needs cache_for)
    refresh     seconds after which an open page asks for it again, at least 5; 0: never
    """

    name: str
    template: str
    slot: str
    title: str = ""
    icon: str = ""
    link: str = ""
    permission: str = ""
    context: str = ""
    size: Literal["S", "M", "L"] = "M"
    io: Literal["net", "db", "none"] = "net"
    order: int = 100
    cache_for: int = 0
    shared: bool = False
    exclusive: bool = False
    refresh: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """A named place in a page, declared by the plugin whose label begins its name: "catalog.entity:overview".

    argument    dotted path of ``function(user, value: str) -> object`` that turns the string in a
                card's URL into an object this user may see, or raises Http404; empty: no argument
    """

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the navigation, in the top bar or in a slot of tabs.

    url         URL name: "todos:index"; in a slot with an argument it is reversed with that string
    slot        "nav"; "search" or "notifications" for the box and the bell of the top bar; or a slot
                that a plugin declares for links
    group       heading it stands under in the navigation
    """

    label: str
    url: str
    permission: str = ""
    slot: str = "nav"
    group: str = ""
    icon: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Schedule:
    """A task of the plugin's ``tasks.py`` that is enqueued again and again while the plugin is on.

    name    unique within the plugin
    task    dotted path of the task: "plugins.catalog.tasks.refresh"; it is called without arguments
    every   seconds between two runs, at least 10; or the dotted path of a function that returns them, asked
            when a worker starts, or None for never
    """

    name: str
    task: str
    every: int | str


class Plugin(AppConfig):
    """Base class of every plugin. The docstring's first line is its description for people.

    version          the plugin's own version (PEP 440)
    requires_portal  the versions of the portal it works with, as a PEP 440 specifier: ">=1.0,<2"
    permissions      action to description: {"read": "See to-dos"} declares "todos.read"
    everyone         actions each signed-in user holds until an admin takes them away
    cards, nav, slots, schedules
                     what it contributes, as tuples
    config_model     pydantic model its section of app-config.yaml is validated by
    csp              hosts its pages and cards need, by directive: {"img-src": ("https://img.example.com",)}
    required         True: an admin can't switch it off
    """

    default = False

    version: ClassVar[str] = ""
    requires_portal: ClassVar[str] = ""
    permissions: ClassVar[Mapping[str, str]] = {}
    everyone: ClassVar[tuple[str, ...]] = ()
    cards: ClassVar[tuple[Card, ...]] = ()
    nav: ClassVar[tuple[Link, ...]] = ()
    slots: ClassVar[tuple[Slot, ...]] = ()
    schedules: ClassVar[tuple[Schedule, ...]] = ()
    config_model: ClassVar[type[BaseModel] | None] = None
    csp: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    required: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = cls.__dict__.get("default", True)
        if "ready" in cls.__dict__:
            cls.ready = _guarded_ready(cls.__dict__["ready"])  # type: ignore[assignment]

    def import_models(self) -> None:
        """Import the plugin's models behind the guard, refusing names that belong to others."""
        with (
            guard.door(self.label, self.name, "models"),
            building_models_of(self.label, self.name, is_plugin=lambda app: isinstance(app, Plugin)),
        ):
            super().import_models()
        if guard.failed(self.label):
            self.models_module = None
            self.models = apps.all_models[self.label]


def _guarded_ready(ready: Callable[[Any], None]) -> Callable[[Any], None]:
    @wraps(ready)
    def guarded(self: Plugin) -> None:
        if not guard.failed(self.label):
            with guard.door(self.label, self.name, "ready"):
                ready(self)

    return guarded


def requires(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view or an API operation run only for users who hold ``permission`` ("todos.write").

    Checked when it is called. Raises PermissionDenied, which becomes the 403 page or problem details.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def checked(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not request.user.has_perm(permission):
                raise PermissionDenied(
                    f"This needs the permission {permission}. Ask an administrator of the portal for it."
                )
            return view(request, *args, **kwargs)

        checked.required_permission = permission  # type: ignore[attr-defined]
        keep_signature(checked, view)
        return checked

    return decorate


def keep_signature(wrapper: Callable[..., Any], view: Callable[..., Any]) -> None:
    """Give ``wrapper`` the parameters of ``view``, types resolved: ninja would look them up in the wrapper's module."""
    with suppress(NameError):  # types that are imported for type checkers only
        wrapper.__signature__ = signature(view, eval_str=True)  # type: ignore[attr-defined]


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a page to everyone, signed in or not."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    opened.is_public = True  # type: ignore[attr-defined]
    return opened
