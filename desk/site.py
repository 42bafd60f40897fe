"""The admin site: its front page, and who may enter."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path

from desk import dashboard
from desk.accounts import has_second_factor
from desk.clips.views import playlist
from desk.creators.views import creators
from desk.followers.views import followers
from desk.mails.views import mails
from desk.notices.views import notices
from post import outbox

_SECTIONS = (
    "Case",
    "Video",
    "Channel",
    "Voter",
    "Cluster",
    "Decision",
    "Batch",
    "Listing",
    "ListSource",
    "Subscription",
    "VoterWarning",
    "Panel",
    "Juror",
    "Note",
    "GoldItem",
    "Draw",
    "Sample",
    "JurorPair",
    "Brake",
    "ClientSelectors",
    "User",
)
"""The lists of the desk, what a moderator needs most first."""

SAFE = ("GET", "HEAD")
WROTE = "realtube_wrote"
"""A cookie of whoever has just changed something: until it ends, they read what they wrote."""


class DeskSite(admin.AdminSite):
    """The moderators' desk."""

    site_header = site_title = "RealTube"
    index_title = "Moderators' desk"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff with a second factor."""
        if not super().has_permission(request):
            return False
        # Asked several times a request.
        if not hasattr(request, "second_factor"):
            request.second_factor = has_second_factor(request.user)  # type: ignore[attr-defined]
        return bool(request.second_factor)  # type: ignore[attr-defined]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's, which remembers for a while who has changed something."""
        inner = super().admin_view(view, cacheable)

        def remembering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response: HttpResponseBase = inner(request, *args, **kwargs)
            if request.method not in SAFE and settings.DATABASE_REPLICA["HOST"]:
                response.set_cookie(
                    WROTE,
                    "1",
                    max_age=2 * settings.REPLICA_LAG_S,
                    secure=settings.SESSION_COOKIE_SECURE,
                    httponly=True,
                    samesite="Strict",
                )
            return response

        return update_wrapper(remembering, inner)

    def get_urls(self) -> list[Any]:
        """Also the pages that are no model's."""
        wrap = self.admin_view
        return [
            path("appeals/<int:case_id>/", wrap(creators), name="desk_creators"),
            path("followers/", wrap(followers), name="desk_followers"),
            path("mails/", wrap(mails), name="desk_mails"),
            path("notices/", wrap(notices), name="desk_notices"),
            path("clips/<uuid:clip_id>/<slug:name>.m3u8", wrap(playlist), name="desk_playlist"),
            *super().get_urls(),
        ]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """What is open, what happens, and what was decided; for a role of the desk."""
        sections = self._sections(request)
        if not sections:
            context = {**self.each_context(request), "title": self.index_title}
            return TemplateResponse(request, "desk/no_role.html", context, status=403)
        return TemplateResponse(
            request,
            "desk/dashboard.html",
            {
                **self.each_context(request),
                "title": self.index_title,
                "sections": sections,
                "sends_mail": outbox.is_on(),
                **dashboard.context(request.user.get_username()),
                **(extra_context or {}),
            },
        )

    def _sections(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The lists that the user may see."""
        seen = {
            model["object_name"]: model
            for app in self.get_app_list(request)
            for model in app["models"]
        }
        return [seen[name] for name in _SECTIONS if name in seen]
