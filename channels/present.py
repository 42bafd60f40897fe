"""The channel object of the API (docs/contract.md#channel-object), shaped here alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from channels.models import Channel
from channels.recompute import Made
from channels.standings import decided_by
from common.fields import timestamp
from common.members import with_more
from videos.scoring import FLAGGED
from votes.observations.rule import NOTICE_HOURS as MEASURED_NOTICE_HOURS
from votes.observations.rule import Stage

MEMBERS = frozenset(
    {
        *("channelId", "handle", "otherHandles", "score", "totalVideos", "flaggedVideos"),
        *("topCategories", "locked", "lastUpdated", "autoFlag", "listed", "restricted"),
        *("decidedBy", "measured", "explain", "action"),
    }
)
"""All that a channel object, or its entry in a delta, can have."""
NONE = "none"
"""The band of what nothing is said about."""


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
    if channel.former_handles:
        result["otherHandles"] = [f"@{handle}" for handle in reversed(channel.former_handles)]
    if channel.listed:
        result["listed"] = True
    if by := decided_by(channel):
        result["decidedBy"] = by
    if channel.restricted:
        result["restricted"] = {"lists": channel.restricted}
        if channel.passed_score is not None:
            result["restricted"] |= {
                "score": float(channel.passed_score),
                "autoFlag": channel.passed_auto_flag,
            }
    if channel.measured and channel.measured_since and not channel.locked:
        counts_from = channel.measured_since + timedelta(hours=MEASURED_NOTICE_HOURS)
        result["measured"] = {
            "since": timestamp(channel.measured_since),
            "until": timestamp(counts_from),
            "counts": channel.measured == Stage.COUNTS,
        }
    return with_more(result, channel.more, MEMBERS)


def band(channel: Mapping[str, Any]) -> str:
    """The status of a channel object: `locked_ai` and `cleared` by a moderator, `auto_flagged`,
    `flagged` (50 or more) or `none`."""
    if channel["locked"]:
        return "locked_ai" if channel["score"] else "cleared"
    if channel["autoFlag"]:
        return "auto_flagged"
    return "flagged" if channel["score"] >= FLAGGED else NONE


def explanation(made: Made) -> dict[str, Any]:
    """The `explain` member: what the score is made of, and how the rules got there."""
    return {
        "trackedVideos": made.tracked,
        "flaggedVideos": made.flagged,
        "flaggedScores": float(made.flagged_sum),
        "contestedVideos": made.contested,
        "listing": made.listing,
        "decision": made.decision,
        "steps": [{"rule": rule, "score": float(score)} for rule, score in made.steps],
    }


def delta_entry(channel: Channel) -> dict[str, Any]:
    """The channel's entry of the change log; what counts for nothing a delta sends as removed."""
    return {**channel_object(channel), "action": "update"}


def counts(channel: Mapping[str, Any]) -> bool:
    """Whether a channel object says anything that a client must know (docs/contract.md#r45)."""
    return bool(channel["score"] or channel["autoFlag"] or channel.get("measured"))
