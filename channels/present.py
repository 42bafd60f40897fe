"""The channel object of the API (CONTRACT 6.7); the only place that shapes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from channels import scoring
from channels.models import Channel
from realtube.common.fields import timestamp


def channel_object(channel: Channel) -> dict[str, Any]:
    """The public object; `channelId` is `@handle` while the id is not known."""
    result: dict[str, Any] = {
        "channelId": channel.key,
        "score": float(channel.score),
        "totalVideos": channel.total_videos,
        "flaggedVideos": channel.flagged_videos,
        "topCategories": channel.top_categories,
        "locked": channel.locked,
        "lastUpdated": timestamp(channel.last_updated),
        "autoFlag": channel.auto_flag_new,
    }
    if channel.handle:
        result["handle"] = f"@{channel.handle}"
    if channel.notice_since:
        until = channel.notice_since + timedelta(hours=scoring.NOTICE_HOURS)
        result["notice"] = {
            "since": timestamp(channel.notice_since),
            "until": timestamp(until),
        }
    return result


def delta_entry(channel: Channel) -> dict[str, Any]:
    """The channel's entry of a delta (D45)."""
    if not channel.score and not channel.auto_flag_new:
        return {"channelId": channel.key, "action": "remove"}
    return {
        "channelId": channel.key,
        "score": float(channel.score),
        "autoFlag": channel.auto_flag_new,
        "locked": channel.locked,
        **({"handle": f"@{channel.handle}"} if channel.handle else {}),
        "action": "update",
    }
