"""What is said of a public object: AI, human or nothing, and by whose word. Pure.

Reads the objects of the API (docs/contract.md#video-object), so that what pages say can be said
from the database, from a bucket file, or on a mirror.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from videos.scoring import FLAGGED, JURY, MODERATOR


class Verdict(NamedTuple):
    """`what`: `ai`, `human`, or empty: not flagged. `by`: whose word that is; `channel` of a video
    that is flagged for its channel's sake alone."""

    what: str
    by: str

    @property
    def is_flagged(self) -> bool:
        """Whether it is called AI."""
        return self.what == "ai"


NOTHING = Verdict("", "")


def of_video(video: Mapping[str, Any]) -> Verdict:
    """Of a video object."""
    by = video.get("decidedBy", "votes")
    if video["score"] >= FLAGGED:
        through_channel = video.get("preliminary") or video.get("channelBy")
        settled = video["locked"] or (by == JURY and not through_channel)
        return Verdict("ai", by if settled or not through_channel else "channel")
    if video.get("verdict") == "human":
        return Verdict("human", MODERATOR)
    return Verdict("human", JURY) if by == JURY else NOTHING


def of_channel(channel: Mapping[str, Any]) -> Verdict:
    """Of a channel object."""
    by = channel.get("decidedBy", "votes")
    if channel["autoFlag"] or channel["score"] >= FLAGGED:
        return Verdict("ai", by)
    if (channel.get("measured") or {}).get("counts") and not channel["locked"]:
        return Verdict("ai", "measured")
    if channel["locked"]:
        return Verdict("human", MODERATOR)
    return Verdict("human", JURY) if by == JURY else NOTHING


def kinds(video: Mapping[str, Any]) -> list[tuple[str, int, float]]:
    """The kinds of AI of a video: category, votes, weighted score; the highest score first."""
    found = [(name, it["votes"], it["weightedScore"]) for name, it in video["categories"].items()]
    return sorted(found, key=lambda it: (-it[2], -it[1], it[0]))


def ai_votes(video: Mapping[str, Any]) -> int:
    """Votes that call it AI."""
    return int(video["totalVotes"]) - int(video.get("disputes", {}).get("votes", 0))
