"""The video object of the API (docs/contract.md#video-object), shaped here alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from common.fields import timestamp
from common.members import with_more
from videos import scoring
from videos.inputs import weights_in
from videos.models import Video
from videos.recompute import Live
from videos.rows import Row

MEMBERS = frozenset(
    {
        *("videoId", "score", "categories", "totalVotes", "locked", "lastUpdated", "channelId"),
        *("channelHandle", "verdict", "disputes", "preliminary", "channelBy", "decidedBy"),
        *("restricted", "explain", "action"),
    }
)
"""All that a video object, or its entry in a delta, can have."""

Categories = Mapping[str, tuple[int, Decimal]]


class Shown(Protocol):
    """What of a video is public: a row of the columns `SHOWN`."""

    video_id: str
    score: Decimal
    evidence_score: Decimal
    passed_score: Decimal | None
    restricted: str
    total_votes: int
    locked: bool
    last_updated: datetime
    channel_id: str | None
    channel_handle: str | None
    verdict: str | None
    disputes: int
    preliminary: bool
    channel_by: str
    decided_by: str
    more: str


SHOWN = tuple(Shown.__annotations__)
"""The columns to read when nothing but `video_object` is wanted of many videos."""


def shown(categories: Categories) -> dict[str, Any]:
    """The `categories` member."""
    return {
        category: {"votes": votes, "weightedScore": float(weighted)}
        for category, (votes, weighted) in sorted(categories.items())
    }


def video_object(video: Video | Row | Shown, categories: Categories) -> dict[str, Any]:
    """The public object of one video; members without a value are left out."""
    result: dict[str, Any] = {
        "videoId": video.video_id,
        "score": float(video.score),
        "categories": shown(categories),
        "totalVotes": video.total_votes,
        "locked": video.locked,
        "lastUpdated": timestamp(video.last_updated),
    }
    if video.channel_id:
        result["channelId"] = video.channel_id
    if video.channel_handle:
        result["channelHandle"] = f"@{video.channel_handle}"
    if video.verdict:
        result["verdict"] = video.verdict
    if video.disputes:
        result["disputes"] = {"votes": video.disputes}
    if video.preliminary:
        result["preliminary"] = True
    if video.channel_by:
        result["channelBy"] = video.channel_by
    if by := decided_by(video):
        result["decidedBy"] = by
    if video.restricted:
        result["restricted"] = {"lists": video.restricted}
        if not video.preliminary:
            left = video.evidence_score if video.passed_score is None else video.passed_score
            result["restricted"]["score"] = float(left)
    return with_more(result, video.more, MEMBERS)


def decided_by(video: Video | Row | Shown) -> str:
    """Whose word the score is, empty for votes.

    What was stored before this was has only what it is derived from.
    """
    return video.decided_by or (scoring.MODERATOR if video.locked else video.channel_by)


def explanation(found: Live, signs: list[dict[str, Any]]) -> dict[str, Any]:
    """The `explain` member: what the score is made of, and how the rules got there; weights have no
    digit more than exports have (`videos.inputs`).

    `signs` are those that enough voters name; they are no part of the score.
    """
    row = found.row
    _, of_channel = scoring.reserve(prior=row.prior, prior_weight=found.prior_weight)
    weights = weights_in(row.inputs)
    return {
        "weightAi": float(scoring.weight_ai(weights)),
        "weightDisputes": float(weights.get(scoring.DISPUTE, 0)),
        "priorWeight": float(found.prior_weight),
        "channelWeight": float(of_channel),
        "weights": {category: float(weight) for category, weight in weights.items()},
        "voters": row.voters,
        "independentVoters": row.independent_voters,
        "votersNeeded": found.voices_needed,
        "steps": [
            {"rule": step.rule.value, "score": float(scoring.rounded(step.score))}
            for step in found.steps
        ],
        "signs": signs,
    }


def is_published(video: Video | Row) -> bool:
    """Whether a lookup may return it (docs/contract.md#published)."""
    return not (video.hidden or video.shadow_hidden) and bool(
        video.total_votes or video.locked or video.preliminary
    )


def delta_entry(video: Video | Row, categories: Categories) -> dict[str, Any]:
    """The video's entry of the change log: its published state, or its removal.

    What is published with score 0 is logged as it is; a delta sends it as a removal,
    except to those who ask for everything.
    """
    if not is_published(video):
        return {"videoId": video.video_id, "action": "remove"}
    return {**video_object(video, categories), "action": "update"}
