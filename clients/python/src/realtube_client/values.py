"""What the server says of videos, channels and votes (docs/contract.md), typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from realtube_client import shape


@dataclass(frozen=True)
class CategoryScore:
    """Votes for a category and its share of the score (0-100)."""

    votes: int
    score: float


SIGNS = ("voice", "faces", "watermark", "text", "music", "reused", "says_so")
"""What voters may say gives a video away; a later server may know more."""


@dataclass(frozen=True)
class NamedSign:
    """A sign that as many independent `voices` name, and at which second, if they agree on any."""

    sign: str
    voices: int
    at: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> NamedSign:
        """From a sign's object. Raises ValueError if it is none."""
        at = shape.count(given, "at") if given.get("at") is not None else None
        return cls(shape.text(given, "sign"), shape.count(given, "voices"), at)


@dataclass(frozen=True)
class Video:
    """A video. `score` is 0-100, from 50 on it is flagged; `categories` may have names that this
    release does not know: AI, of some kind. `decided_by` is `jury`, `moderator`, `list` or
    `measured` (or a word of a later server), None for viewers' votes: below 80 these only suspect.
    `signs` is what voters noticed, of a video that is explained alone.
    `raw` is the object as it was sent."""

    video_id: str
    score: float
    categories: Mapping[str, CategoryScore]
    total_votes: int
    locked: bool
    last_updated: datetime
    channel_id: str | None = None
    channel_handle: str | None = None
    verdict: str | None = None
    disputes: int = 0
    preliminary: bool = False
    decided_by: str | None = None
    signs: tuple[NamedSign, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Video:
        """From a video object. Raises ValueError if it is none."""
        scores = shape.mapping(given, "categories")
        if not all(isinstance(entry, dict) for entry in scores.values()):
            raise shape.Malformed("categories")
        disputes = shape.mapping(given, "disputes")
        explained = shape.mapping(given, "explain")
        noticed = shape.objects(explained, "signs") if "signs" in explained else []
        return cls(
            video_id=shape.text(given, "videoId"),
            score=shape.score(given, "score"),
            categories={
                name: CategoryScore(
                    shape.count(entry, "votes"), shape.score(entry, "weightedScore")
                )
                for name, entry in scores.items()
            },
            total_votes=shape.count(given, "totalVotes"),
            locked=shape.flag(given, "locked"),
            last_updated=shape.moment(given, "lastUpdated"),
            channel_id=shape.maybe_text(given, "channelId"),
            channel_handle=shape.maybe_text(given, "channelHandle"),
            verdict=shape.maybe_text(given, "verdict"),
            disputes=shape.count(disputes, "votes") if disputes else 0,
            preliminary=shape.flag(given, "preliminary", default=False),
            decided_by=_decided_by(given),
            signs=tuple(NamedSign.of(it) for it in noticed),
            raw=given,
        )


@dataclass(frozen=True)
class Channel:
    """A channel. `auto_flag` says that its videos start flagged (at 60); `measured` that viewers
    saw YouTube's own label on them, `measured_counts` that this may hide. `decided_by` and `raw`
    as of a video."""

    channel_id: str
    score: float
    total_videos: int
    flagged_videos: int
    top_categories: tuple[str, ...]
    locked: bool
    auto_flag: bool
    last_updated: datetime
    handle: str | None = None
    other_handles: tuple[str, ...] = ()
    measured: bool = False
    measured_counts: bool = False
    decided_by: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Channel:
        """From a channel object. Raises ValueError if it is none."""
        measured = shape.mapping(given, "measured")
        return cls(
            channel_id=shape.text(given, "channelId"),
            score=shape.score(given, "score"),
            total_videos=shape.count(given, "totalVideos"),
            flagged_videos=shape.count(given, "flaggedVideos"),
            top_categories=shape.texts(given, "topCategories"),
            locked=shape.flag(given, "locked"),
            auto_flag=shape.flag(given, "autoFlag"),
            last_updated=shape.moment(given, "lastUpdated"),
            handle=shape.maybe_text(given, "handle"),
            other_handles=shape.texts(given, "otherHandles"),
            measured=bool(measured),
            measured_counts=shape.flag(measured, "counts") if measured else False,
            decided_by=_decided_by(given),
            raw=given,
        )


def _decided_by(given: Mapping[str, Any]) -> str | None:
    """Who decided, None for votes, which a server may leave out. Older servers say it of locks and
    lists in other members."""
    by = shape.maybe_text(given, "decidedBy") or shape.maybe_text(given, "channelBy")
    if by is None and shape.flag(given, "locked"):
        return "moderator"
    if by is None and shape.flag(given, "listed", default=False):
        return "list"
    return None if by == "votes" else by


@dataclass(frozen=True)
class Cast:
    """What became of a vote: the video's score with it (0-100) and what the voter is trusted with
    (0-1). `pending` if the score is still without it; `counts_from` if it is delayed. `shots` is
    how many pictures can be shown with it (`Client.show_pictures`), 0 where none are taken."""

    new_score: float
    user_trust: float
    pending: bool = False
    counts_from: datetime | None = None
    shots: int = 0

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Cast:
        """From the answer to a vote. Raises ValueError if it is none."""
        if not shape.flag(given, "success"):
            raise shape.Malformed("success")
        return cls(
            new_score=shape.score(given, "newScore"),
            user_trust=shape.score(given, "userTrust", 1.0),
            pending=shape.flag(given, "pending", default=False),
            counts_from=shape.maybe_moment(given, "countsFrom"),
            shots=shape.count(given, "shots") if "shots" in given else 0,
        )


@dataclass(frozen=True)
class Challenge:
    """Whether a voter has to solve one before voting, and which (`realtube_client.proof`)."""

    required: bool
    challenge: str = ""
    bits: int = 0

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Challenge:
        """From the answer. Raises ValueError if it is none, or asks for another algorithm."""
        if not shape.flag(given, "proofRequired"):
            return cls(required=False)
        if shape.text(given, "algorithm") != "sha256":
            raise shape.Malformed("algorithm")
        return cls(True, shape.text(given, "challenge"), shape.count(given, "bits"))
