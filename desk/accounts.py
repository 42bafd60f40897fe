"""Who may sign in, how often they may try, and that staff have a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import url_str_to_user_pk
from allauth.account.views import login
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_ratelimit.core import get_usage

from common import throttling
from common.http import NO_STORE, client_of

TRIES = 10
TRIES_OF_NETWORK = 30
WINDOW_S = 15 * 60
"""Password or code, right or wrong: an account, and a network, have so many tries in 15 minutes."""
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: administrators make the accounts."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The password again for each change of how one signs in, but for the first factor."""
        first = not has_second_factor(self.request.user)
        return not first and bool(super().is_reauthentication_required(app=app, **kwargs))


def has_second_factor(user: Any) -> bool:
    """Whether an authenticator app or a passkey is set up."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A step of signing in that counts against its network and account, also without Redis.

    The network's tries are each process's own; those of an account are shared by all.
    """

    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        for who, times in throttling.whom(client_of(request)):
            usage = get_usage(
                request,
                group="sign-in",
                key=lambda group, request, who=who: who,
                rate=(times * TRIES_OF_NETWORK, WINDOW_S),
                method="POST",
                increment=True,
            )
            if usage and usage["should_limit"]:
                return _locked(request, max(1, usage["time_left"]))
        account = _account_of(request) if request.method == "POST" else ""
        if account:
            limit = throttling.Limit("sign_in_account", account, allowed=TRIES, window_s=WINDOW_S)
            try:
                throttling.count([limit], route="/admin/login")
            except throttling.LimitExceeded as exceeded:
                return _locked(request, exceeded.retry_after_s or 1)
        return view(request, *args, **kwargs)

    return counted


@limited
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password, or a passkey; staff without a second factor are led to set one up."""
    if request.user.is_authenticated:
        if not request.user.is_staff:  # type: ignore[union-attr] # authenticated
            raise PermissionDenied
        if not has_second_factor(request.user):
            return redirect("mfa_activate_totp")
    response: HttpResponse = login(request)
    return response


def _account_of(request: HttpRequest) -> str:
    """The name of the account that is tried: as typed, or of whom the password was right."""
    typed = User.normalize_username(request.POST.get("login", "").strip()).casefold()[:150]
    if typed:
        return typed
    if request.user.is_authenticated:
        return request.user.get_username().casefold()
    pending = request.session.get("account_login")
    found = (
        User.objects.filter(pk=url_str_to_user_pk(pending["user_pk"])).first() if pending else None
    )
    return found.get_username().casefold() if found else ""


def _locked(request: HttpRequest, retry_after_s: int) -> HttpResponse:
    minutes = -(-retry_after_s // 60)
    response = render(request, "desk/locked.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(retry_after_s)
    response["Cache-Control"] = NO_STORE
    return response
