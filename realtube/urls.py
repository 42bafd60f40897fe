"""All routes. An API path answers with and without a trailing slash (D06)."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView
from django_ratelimit.core import get_usage
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from realtube.common import addresses, errors
from realtube.common.http import client_of, error_response
from realtube.health import LiveView, ReadyView, metrics_view

log = structlog.get_logger()


def sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The admin's sign-in, 10 tries a minute for an address."""
    usage = get_usage(
        request,
        group="admin-login",
        key=lambda group, request: addresses.limit_key(client_of(request)),
        rate="10/m",
        method="POST",
        increment=True,
    )
    if usage and usage["should_limit"]:
        return error_response(errors.RateLimited(retry_after_s=max(1, usage["time_left"])))
    response: HttpResponse = admin.site.login(request, extra_context)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Any unknown path."""
    return error_response(errors.NotFound("There is nothing at this address."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself refuses."""
    return error_response(errors.InvalidBody("The request is malformed."))


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody caught; Django has logged it."""
    return error_response(errors.ApiError())


handler400, handler404, handler500 = bad_request, not_found, server_error

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    re_path(r"^health/live/?\Z", LiveView.as_view()),
    re_path(r"^health/ready/?\Z", ReadyView.as_view()),
    path("metrics", metrics_view),
    re_path(r"^api/openapi\.json\Z", SpectacularJSONAPIView.as_view(), name="openapi"),
    re_path(r"^api/docs/?\Z", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="docs"),
    path("", include("votes.urls")),
    path("", include("videos.urls")),
    path("", include("channels.urls")),
    path("", include("sync.urls")),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/login/", sign_in),
    path("admin/", admin.site.urls),
]
