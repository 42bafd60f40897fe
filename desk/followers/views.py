"""What followers were told, and what was given up: numbers and a log that says nothing of them."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from following.models import Delivery
from following.standing import standing

SHOWN = 50


def followers(request: HttpRequest) -> HttpResponse:
    """The numbers, the last deliveries that are in trouble, and the last of all."""
    if not request.user.has_perm("votes.view_case"):
        raise PermissionDenied
    log = Delivery.objects.select_related("change").order_by("-pk")
    context = {
        **admin.site.each_context(request),
        "title": "Followers",
        "standing": standing(),
        "troubled": log.exclude(error="")[:SHOWN],
        "log": log[:SHOWN],
    }
    return TemplateResponse(request, "desk/followers.html", context)
