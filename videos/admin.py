"""A read-only view of videos."""

from __future__ import annotations

from django.contrib import admin

from videos.models import Video
from votes.admin import ReadOnlyAdmin


@admin.register(Video)
class VideoAdmin(ReadOnlyAdmin):
    """Videos and their scores."""

    list_display = ("video_id", "score", "total_votes", "disputes", "verdict", "hidden", "held")
    search_fields = ("=video_id", "=channel_id", "=channel_handle")
    list_filter = ("locked", "hidden", "held")
