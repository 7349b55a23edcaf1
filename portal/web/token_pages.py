"""The page on which people make and revoke their API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.models import ApiToken
from portal.services import tokens

LARGEST_NUMBER = 50


class TokenForm(forms.Form):
    """What a new token is for, and until when it is valid."""

    name = forms.CharField(max_length=100, help_text="What will use it, such as “laptop” or “nightly report”.")
    days = forms.TypedChoiceField(
        label="Valid for",
        coerce=int,
        choices=((30, "30 days"), (90, "90 days"), (365, "a year"), (0, "until it is revoked")),
        initial=90,
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean(self) -> dict[str, Any] | None:
        """Refuse more tokens than anyone can keep an eye on."""
        if ApiToken.objects.filter(user=self._user).count() >= LARGEST_NUMBER:
            raise forms.ValidationError(
                f"You have {LARGEST_NUMBER} tokens. Revoke one that is not used any more first."
            )
        return super().clean()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def api_tokens(request: HttpRequest) -> HttpResponse:
    """List the user's tokens, and make one. The secret is in the answer to that request and nowhere else."""
    form = TokenForm(request.user, request.POST if request.method == "POST" else None)
    secret = ""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            days = form.cleaned_data["days"]
            expires_at = timezone.now() + timedelta(days=days) if days else None
            _, secret = tokens.create(request.user, form.cleaned_data["name"], expires_at)
            form = TokenForm(request.user)
        else:
            status = 422
    user: Any = request.user
    own = ApiToken.objects.filter(user=user)
    values = {"form": form, "tokens": own, "secret": secret, "now": timezone.now()}
    return render(request, "settings/api_tokens.html", values, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke_api_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of the user's own tokens; with GET, ask first."""
    user: Any = request.user
    token = ApiToken.objects.filter(pk=pk, user=user).first()
    if token is None:
        raise Http404("There is no such token.")
    if request.method != "POST":
        return render(request, "settings/revoke_api_token.html", {"token": token})
    token.delete()
    messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("api_tokens")
