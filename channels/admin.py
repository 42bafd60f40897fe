"""Read-only views of channels and lists."""

from __future__ import annotations

from django.contrib import admin

from channels.models import Channel, Listing
from votes.admin import ReadOnlyAdmin


@admin.register(Channel)
class ChannelAdmin(ReadOnlyAdmin):
    """Channels and their scores."""

    list_display = ("key", "score", "total_videos", "flagged_videos", "auto_flag_new", "locked")
    search_fields = ("=channel_id", "=handle")
    list_filter = ("auto_flag_new", "locked")


@admin.register(Listing)
class ListingAdmin(ReadOnlyAdmin):
    """What imported lists say."""

    list_display = ("__str__", "source", "level", "first_seen", "last_seen", "removed_at")
    search_fields = ("=channel_id", "=handle")
    list_filter = ("level", "source")
