"""How the standing of a video or channel changed, without voters (docs/contract.md#history).

A line is written when an object's band changes, in the transaction that changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from channels.present import NONE
from channels.present import band as channel_band
from channels.scoring import MIN_TRACKED
from common.db import copy, rows
from common.fields import timestamp
from sync import sql
from sync.models import StatusChange
from videos import scoring
from votes.models import Case, Decision
from votes.moderation.actions import GRANTING

FLAGGED_BANDS = ("flagged", "strongly_flagged")
FLAGGED = (*FLAGGED_BANDS, "locked_ai", "auto_flagged", "preliminary")
"""Statuses of what is called AI, videos and channels."""
UNFLAGGED = ("none", "suspected", "cleared", "locked_human", "notice")
"""The others."""
MODERATOR, APPEAL = "moderator", "appeal"
"""`APPEAL` is stored where a moderator granted an appeal; told as `moderator`, and `appeal`."""
CLEARED = {"locked_human", "cleared"}
LONGEST = 1000
"""Lines shown at most, the newest first."""


def video_band(video: Mapping[str, Any]) -> str:
    """The status of a video object: `locked_ai`, `locked_human`, `preliminary`, `strongly_flagged`
    (80 or more), `flagged` (50), `suspected` (20) or `none`."""
    if video.get("verdict"):
        return f"locked_{video['verdict']}"
    if video.get("preliminary"):
        return "preliminary"
    for least, band in (
        (scoring.STRONGLY_FLAGGED, "strongly_flagged"),
        (scoring.FLAGGED, "flagged"),
        (scoring.DISPUTABLE, "suspected"),
    ):
        if video["score"] >= least:
            return band
    return NONE


def record(at: datetime, entries: Collection[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Write a line for each (kind, key, entry of the change log) that is in another band now."""
    latest = {(kind, key): (_band(kind, entry), entry) for kind, key, entry in entries}
    asked = {"kinds": [kind for kind, _ in latest], "keys": [key for _, key in latest]}
    last = {(kind, key): band for kind, key, band in rows(sql.LATEST_BANDS, asked)}
    granted = _granted(latest)
    lines = []
    for (kind, key), (after, entry) in latest.items():
        before = last.get((kind, key), NONE)
        if before != after:
            cause = _cause(kind, entry, before, after)
            if cause == MODERATOR and (kind, key) in granted:
                cause = APPEAL
            lines.append((kind, key, at, before, after, cause))
    if lines:
        copy(sql.LOG_BANDS, lines)


def of(kind: str, key: str) -> list[dict[str, Any]]:
    """The lines of an object, the newest first."""
    lines = StatusChange.objects.filter(kind=kind, key=key).order_by("-id")[:LONGEST]
    return [
        {
            "at": timestamp(it.at),
            "before": it.before,
            "after": it.after,
            "cause": MODERATOR if it.cause == APPEAL else it.cause,
            **({"appeal": True} if it.cause == APPEAL else {}),
        }
        for it in lines
    ]


def once_flagged(video_ids: Collection[str]) -> set[str]:
    """Those of the videos that votes have ever flagged."""
    lines = StatusChange.objects.filter(
        kind=StatusChange.Kind.VIDEO, key__in=list(video_ids), after__in=FLAGGED_BANDS
    )
    return set(lines.values_list("key", flat=True))


def _granted(
    latest: Mapping[tuple[str, str], tuple[str, Mapping[str, Any]]],
) -> set[tuple[str, str]]:
    """Those of the objects that are cleared now, by a decision that granted an appeal."""
    keys = [key for (_, key), (band, _) in latest.items() if band in CLEARED]
    if not keys:
        return set()
    later = Decision.objects.filter(
        target_type=OuterRef("target_type"),
        target_id=OuterRef("target_id"),
        pk__gt=OuterRef("pk"),
    )
    answered = Case.objects.filter(kind=Case.Kind.APPEAL)
    decisions = Decision.objects.filter(
        Exists(answered.filter(decision=OuterRef("pk")))
        | Exists(answered.filter(decision=OuterRef("part_of"))),
        ~Exists(later),
        action__in=GRANTING,
        target_id__among=keys,
    )
    return set(decisions.values_list("target_type", "target_id"))


def _band(kind: str, entry: Mapping[str, Any]) -> str:
    if entry["action"] == "remove":
        return NONE
    return video_band(entry) if kind == StatusChange.Kind.VIDEO else channel_band(entry)


def _cause(kind: str, entry: Mapping[str, Any], before: str, after: str) -> str:
    """`gone` (nothing is published of it now), `moderator`, `jury`, `channel` (a video's score is
    its channel's), `list` or `votes`."""
    if entry["action"] == "remove":
        return "gone"
    if {before, after} & {"locked_ai", "locked_human", "cleared"}:
        return MODERATOR
    if entry.get("decidedBy") == scoring.JURY:
        return scoring.JURY
    if kind == StatusChange.Kind.VIDEO:
        return "channel" if "preliminary" in (before, after) else "votes"
    # Fewer than three videos give no score: then it is what a list says.
    return "list" if entry["totalVideos"] < MIN_TRACKED else "votes"
