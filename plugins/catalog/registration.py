"""The page on which people register locations: try, look, confirm; and remove."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from plugins.catalog import registering
from plugins.catalog.ingestion.files import Unreadable
from plugins.catalog.models import RegisteredLocation
from plugins.catalog.reading.allow_list import MAX_LENGTH, parse
from plugins.catalog.visibility import visible_to
from portal.plugin import requires

SHOWN = 100
READONLY = "The catalog is read-only: take catalog.readonly out of app-config.yaml to change its locations."


class RegisterForm(forms.Form):
    """An address that may be registered."""

    target = forms.CharField(
        label="Address",
        max_length=MAX_LENGTH,
        help_text="Of a catalog file as it is served, such as https://host/path/catalog-info.yaml.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_target(self) -> str:
        """Refuse what is no plain address, and what is registered already."""
        target = str(self.cleaned_data["target"])
        try:
            parse(target)
        except Unreadable as error:
            raise forms.ValidationError(f"{error}. {error.fix}") from None
        if RegisteredLocation.objects.filter(digest=registering.digest("url", target)).exists():
            raise forms.ValidationError("This address is registered already. Open it or remove it in the list below.")
        return target


@requires("catalog.locations")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Show what an address would bring; with ``confirm`` register it."""
    form = RegisterForm(request.POST if request.method == "POST" else None)
    preview = None
    if request.method == "POST" and form.is_valid():
        location = registering.location("url", form.cleaned_data["target"])
        if "confirm" in request.POST:
            return _registered(request, form, location)
        preview = registering.accepted(registering.preview(location), location)
    status = 422 if form.errors else 200
    return _page(request, form, preview, status)


def _registered(request: HttpRequest, form: RegisterForm, location: RegisteredLocation) -> HttpResponse:
    if registering.is_readonly():
        form.add_error("target", READONLY)
        return _page(request, form, None, 422)
    try:
        summary = registering.register(location)
    except registering.AlreadyRegistered:
        form.add_error("target", "Somebody else has just registered this address.")
        return _page(request, form, None, 422)
    came = summary or "It is being read, and what it brings appears as soon as that is done."
    messages.success(request, f"Registered {location.target}. {came}")
    return redirect("catalog:register")


def _page(request: HttpRequest, form: RegisterForm, preview: registering.Preview | None, status: int) -> HttpResponse:
    locations = list(RegisteredLocation.objects.order_by("target"))
    known = visible_to(request.user).filter(ref__in=[one.entity_ref for one in locations])
    context = {
        "form": form,
        "preview": preview,
        "locations": locations,
        "known": set(known.values_list("ref", flat=True)),
    }
    if preview is not None:
        context |= {
            "entities": preview.stated[:SHOWN],
            "more_entities": max(0, len(preview.stated) - SHOWN),
            "problems": preview.problems[:SHOWN],
            "more_problems": max(0, len(preview.problems) - SHOWN),
        }
    return render(request, "catalog/register.html", context, status=status)


@requires("catalog.locations")
@require_http_methods(["GET", "HEAD", "POST"])
def unregister(request: HttpRequest, id: str) -> HttpResponse:
    """Ask, and then remove a location with what it brought."""
    location = get_object_or_404(RegisteredLocation, pk=id)
    if request.method != "POST":
        return render(request, "catalog/unregister.html", {"location": location, "count": registering.count(location)})
    if registering.is_readonly():
        messages.error(request, READONLY)
        return redirect("catalog:register")
    summary = registering.remove(location)
    what = f"with {summary.removed} entities" if summary else "and what it brought goes within moments"
    messages.success(request, f"Removed {location.target} {what}.")
    return redirect("catalog:register")
