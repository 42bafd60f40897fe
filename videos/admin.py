"""A read-only view of videos, each with how its score comes about."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from videos import explain
from videos.models import Video
from votes.admin import ReadOnlyAdmin


@admin.register(Video)
class VideoAdmin(ReadOnlyAdmin):
    """Videos and their scores."""

    list_display = ("video_id", "score", "total_votes", "disputes", "verdict", "hidden", "held")
    search_fields = ("=video_id", "=channel_id", "=channel_handle")
    list_filter = ("locked", "hidden", "held")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The video, and its score vote by vote."""
        found = explain.explain(object_id) if self.has_view_permission(request) else None
        shown = explain.context(found) if found else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | shown)
