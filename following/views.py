"""The pages on which somebody begins to follow, looks after it, and ends it.

Their forms need no cookie against forgery: whoever sends one has no rights here but those of the
token in its address, which another site does not know.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from channels.serializers import channel_key
from common import errors, ids
from common.http import (
    JsonResponse,
    api_error,
    check_writable,
    client_of,
    error_response,
    json_body,
)
from following import ending, push, reaching, subscribing
from following.forms import TARGET_MAX, FollowForm
from following.models import Delivery, Follower, Way
from pages.languages import chosen
from pages.views.base import FormPage, Page, said

LOG = 20
"""Deliveries that a follower's page shows."""


class Writable(FormPage):
    """A page with a form about a follower."""

    limit = "lookup"
    folder = "following"


class FollowPage(Writable):
    """The forms; `?target=` fills in what it is about."""

    endpoint = "/follow"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Empty forms."""
        target = request.GET.get("target", "")[:TARGET_MAX]
        return self.page(request, "follow", {"target": target, "can": reaching.ways()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask the address; or show what is wrong, and nothing typed is lost."""
        form, status, wait = FollowForm(request.POST), 400, None
        try:
            check_writable()
            if form.is_valid():
                return self._ask(request, form.cleaned_data)
        except Exception as error:
            shown = api_error(error)
            form.add_error(None, said(shown))
            status, wait = shown.status, shown.retry_after_s
        context = {
            "form": form,
            "target": request.POST.get("target", "")[:TARGET_MAX],
            "way": request.POST.get("way", ""),
            "can": reaching.ways(),
        }
        response = self.page(request, "follow", context, status=status)
        if wait is not None:
            response["Retry-After"] = str(wait)
        return response

    def _ask(self, request: HttpRequest, filled: dict[str, Any]) -> HttpResponse:
        who = {"client": client_of(request), "route": self.endpoint}
        if filled["way"] == Way.MAIL:
            subscribing.ask_mail(filled["target"], filled["address"], **who)
            return self.page(request, "follow-asked", {"key": filled["target"][1]})
        follower = subscribing.ask_webhook(filled["target"], filled["address"], **who)
        return redirect(_own_page(request, follower.token))


class FollowerPage(Writable):
    """What a follower follows, and how that went, for whoever has the address.

    Its forms confirm it, end it, give a webhook a new secret, and send again what was given up.
    It takes a click here, since the filters of mail servers follow links, too; mail programs that
    end it by one click post to it (RFC 8058).
    """

    endpoint = "/follow/:token"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """It as it is now."""
        follower = subscribing.found(token)
        if follower is None:
            return self.page(request, "follower", {"gone": True}, status=404)
        place = reaching.place_of(follower)
        is_webhook = follower.way == Way.WEBHOOK
        context = {
            "follower": follower,
            "host": reaching.host_of(place),
            "secrets": reaching.secrets_of(place) if is_webhook and place else [],
            "log": Delivery.objects.filter(follower=follower)
            .select_related("change")
            .order_by("-pk")[:LOG]
            if is_webhook
            else [],
        }
        return self.page(request, "follower", context)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do what the form says. Raises `NotFound`, `InvalidField`."""
        check_writable()
        if "end" in request.POST or request.POST.get("List-Unsubscribe") == "One-Click":
            ending.end(token)  # a second click is as good as the first
            return self.page(request, "follower", {"gone": True, "ended": True})
        follower = subscribing.found(token)
        if follower is None:
            raise errors.NotFound
        if "rotate" in request.POST:
            subscribing.rotate(token)
        elif "again" in request.POST:
            who = {"client": client_of(request), "route": self.endpoint}
            subscribing.send_again(token, **who)
        elif "confirm" in request.POST and follower.way == Way.MAIL:
            subscribing.confirm(token)
        else:
            raise errors.InvalidField(_("This form is not known."))
        return redirect(_own_page(request, token))


class BrowserView(Writable):
    """Where the script of the pages sends a browser's subscription (docs/pages.md#following)."""

    endpoint = "/follow/browser"
    http_method_names = ("post", "options")  # type: ignore[assignment]

    def post(self, request: HttpRequest) -> HttpResponse:
        """`{subscription, kind, key}` becomes `{address}`, that of the follower's page."""
        try:
            check_writable()
            if Way.PUSH not in reaching.ways():
                raise errors.NotFound
            body = json_body(request)
            target, place = _target(body), push.read(body.get("subscription"))
            who = {"client": client_of(request), "route": self.endpoint}
            follower = subscribing.add_browser(target, place, **who)
        except Exception as error:
            return error_response(error)
        return JsonResponse({"address": _own_page(request, follower.token)}, status=201)


class WorkerView(Page):
    """The script that shows notices; its folder is all that it may reach."""

    endpoint = "/follow/worker.js"
    lifetime_s = 3600

    def get(self, request: HttpRequest) -> HttpResponse:
        """The file."""
        script = Path(str(finders.find("following/worker.js"))).read_bytes()
        response = HttpResponse(script, content_type="text/javascript")
        response["Cache-Control"] = f"public, max-age={self.lifetime_s}"
        return response


def _target(body: dict[str, Any]) -> subscribing.Target:
    """What a browser wants to follow. Raises `InvalidField`."""
    kind, key = body.get("kind"), body.get("key")
    if kind == Follower.Of.VIDEO and isinstance(key, str) and ids.is_video_id(key):
        return (kind, key)
    if kind == Follower.Of.CHANNEL and isinstance(key, str):
        return (kind, channel_key(key, field="key"))
    raise errors.InvalidField("This is no video and no channel.", field="key")


def _own_page(request: HttpRequest, token: str) -> str:
    """The page of a follower, in the language that was asked for."""
    path, language = reverse("follower", args=[token]), chosen(request)
    return f"{path}?{urlencode({'lang': language})}" if language else path
