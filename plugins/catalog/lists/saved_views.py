"""Pages on which people save, name, share and delete views of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from plugins.catalog.lists.saved import MAX_QUERY, MOST_VIEWS, NAME, SavedView
from plugins.catalog.lists.wanted import Wanted
from portal.api import has_permission, teams
from portal.plugin import requires

ONLY_ME, EVERYONE = "me", "everyone"


class SavedViewForm(forms.Form):
    """A name, and who sees the view. ``state`` is the query that it stands for."""

    name = forms.CharField(
        max_length=NAME,
        error_messages={"required": "Enter a name, such as “Our APIs”."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    shared = forms.ChoiceField(
        label="Who sees it",
        error_messages={
            "required": "Choose who sees it.",
            "invalid_choice": "Choose one of these; a team must be one of yours.",
        },
    )
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, view: SavedView, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="catalog-%s", **kwargs)
        self.view = view
        self.teams = {f"team-{team.pk}": team for team in teams(user)}
        if view.team:
            self.teams[f"team-{view.team.pk}"] = view.team
        alone = "Only me" if view.owner == user else f"Only {view.owner}"
        choices = [(ONLY_ME, alone), *((key, f"Team {team.name}") for key, team in self.teams.items())]
        if has_permission(user, "catalog.share") or view.is_for_everyone:
            choices.append((EVERYONE, "Everyone"))
        self.fields["shared"].choices = choices

    def clean(self) -> dict[str, Any]:
        """Bring the state into the one form that such a state has; without one the view stands for what it did."""
        cleaned = super().clean() or {}
        state = cleaned.get("state")
        cleaned["state"] = Wanted.from_query(QueryDict(state)).as_query() if state else self.view.query
        if len(cleaned["state"]) > MAX_QUERY:
            # Not of the field, which is hidden.
            raise forms.ValidationError("This state of the list is too long to be saved. Choose fewer filters.")
        return cleaned

    def save(self) -> SavedView:
        """Store what was entered. Raises Http404 for a view that was deleted meanwhile."""
        shared = self.cleaned_data["shared"]
        entered = {
            "name": self.cleaned_data["name"],
            "query": self.cleaned_data["state"],
            "team": self.teams.get(shared),
            "is_for_everyone": shared == EVERYONE,
            "changed_at": timezone.now(),
        }
        for name, value in entered.items():
            setattr(self.view, name, value)
        if self.view.pk is None:
            self.view.save()
        # Not save(), which would bring a deleted view back.
        elif not SavedView.objects.filter(pk=self.view.pk).update(**entered):
            raise Http404("The view was deleted meanwhile.")
        return self.view


@requires("catalog.read")
@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """List the views that the user sees."""
    found = _with_people(SavedView.objects.visible_to(request.user))[: 2 * MOST_VIEWS]
    changeable = set(SavedView.objects.changeable_by(request.user).values_list("pk", flat=True))
    return render(request, "catalog/views/list.html", {"views": found, "changeable": changeable})


@requires("catalog.read")
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """Save the state in the address as a new view."""
    view = SavedView(owner=request.user)
    form = _form(request, view, {"state": Wanted.from_query(request.GET).as_query()})
    if request.method == "POST" and form.is_valid():
        if SavedView.objects.filter(owner=request.user).count() < MOST_VIEWS:
            return _saved(request, form)
        form.add_error(None, f"You have {MOST_VIEWS} views, which is the most there can be. Delete one first.")
    return _page(request, form, view)


@requires("catalog.read")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view, share it otherwise, or with a state in the address let it stand for that."""
    view = _changeable(request, pk)
    state = Wanted.from_query(request.GET).as_query() if "kind" in request.GET else ""
    shared = EVERYONE if view.is_for_everyone else f"team-{view.team_id}" if view.team_id else ONLY_ME
    form = _form(request, view, {"name": view.name, "shared": shared, "state": state})
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    return _page(request, form, view)


@requires("catalog.read")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and then delete a view."""
    view = _changeable(request, pk)
    if request.method != "POST":
        return render(request, "catalog/views/delete.html", {"view": view})
    view.delete()
    messages.success(request, f"Deleted the view “{view.name}”.")
    return redirect("catalog:views")


def _with_people(found: QuerySet[SavedView]) -> QuerySet[SavedView]:
    return found.select_related("owner", "team")


def _changeable(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(_with_people(SavedView.objects.changeable_by(request.user)), pk=pk)


def _form(request: HttpRequest, view: SavedView, initial: dict[str, str]) -> SavedViewForm:
    sent = request.POST if request.method == "POST" else None
    return SavedViewForm(sent, user=request.user, view=view, initial=initial)


def _saved(request: HttpRequest, form: SavedViewForm) -> HttpResponse:
    view = form.save()
    messages.success(request, f"Saved the view “{view.name}”.")
    return redirect(view)


def _page(request: HttpRequest, form: SavedViewForm, view: SavedView) -> HttpResponse:
    context = {"form": form, "view": view, "replaces": bool(view.pk and form["state"].value())}
    return render(request, "catalog/views/form.html", context, status=422 if form.errors else 200)
