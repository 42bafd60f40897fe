"""All routes. An API path answers with and without a slash at its end (docs/contract.md#r06)."""

from __future__ import annotations

from allauth.account.views import logout, reauthenticate
from allauth.mfa.base import views as second_factor
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

import channels.urls
import evidence.urls
import following.urls
import pages.urls
import post.urls
import sync.urls
import videos.urls
import votes.urls
from desk.accounts import limited, sign_in
from realtube.health import LiveView, ReadyView
from realtube.refusals import bad_request, not_found, server_error
from realtube.scrape import metrics_view

handler400, handler404, handler500 = bad_request, not_found, server_error

urlpatterns = [
    # What is asked for most comes first: patterns are tried in turn, and `include` would be a step
    # more for each request.
    *videos.urls.urlpatterns,
    *sync.urls.urlpatterns,
    *votes.urls.urlpatterns,
    *channels.urls.urlpatterns,
    *evidence.urls.urlpatterns,
    *post.urls.urlpatterns,
    *pages.urls.urlpatterns,
    *following.urls.urlpatterns,
    re_path(r"^health/live/?\Z", LiveView.as_view()),
    re_path(r"^health/ready/?\Z", ReadyView.as_view()),
    path("metrics", metrics_view),
    re_path(r"^api/openapi\.json\Z", SpectacularJSONAPIView.as_view(), name="openapi"),
    re_path(r"^api/docs/?\Z", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="docs"),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/login/", sign_in, name="account_login"),
    path("admin/sign-out/", logout, name="account_logout"),
    path("admin/confirm/", limited(reauthenticate), name="account_reauthenticate"),
    path("admin/2fa/authenticate/", limited(second_factor.authenticate), name="mfa_authenticate"),
    path(
        "admin/2fa/reauthenticate/",
        limited(second_factor.reauthenticate),
        name="mfa_reauthenticate",
    ),
    path("admin/2fa/webauthn/login/", limited(login_webauthn), name="mfa_login_webauthn"),
    path("admin/2fa/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]
