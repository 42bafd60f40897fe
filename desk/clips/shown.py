"""What a page shows of the clips about its target, in a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from channels.models import Channel
from evidence import store
from evidence.files import archive_link
from evidence.models import Clip, Frame, Kind, Match, State
from evidence.words import STATES
from evidence.words import size as in_words
from videos.models import Video
from votes.models import TargetType

MOST = 20
"""Clips of a page."""
MOST_MATCHES = 10
"""Other clips that are named for each."""
PLAYED_S = 6 * 3600
"""How long a page that was opened can play what is on it."""
_JPEG = "image/jpeg"


def of(target_type: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The clips about a target, the oldest first: addresses of what can be seen, and facts.

    `matches` are sentences about other clips with the same pictures or sound, most first.
    """
    if not settings.EVIDENCE:
        return []
    about = Clip.objects.of_target_keys(target_type, keys).filter(kind=Kind.FILM)
    clips = list(about.order_by("created_at", "pk")[:MOST])
    ready = [clip.pk for clip in clips if clip.state == State.READY]
    frames: dict[UUID, list[Frame]] = defaultdict(list)
    for frame in Frame.objects.filter(clip__in=ready).order_by("clip_id", "at") if ready else ():
        frames[frame.clip_id].append(frame)
    matches = matches_of(ready)
    return [
        {
            "clip": clip,
            "state": STATES[clip.state],
            "size": in_words(clip.size or 0),
            "credentials": credentials(clip.credentials),
            "matches": matches.get(clip.pk, []),
            **(_addresses(clip, frames[clip.pk]) if clip.state == State.READY else {}),
        }
        for clip in clips
    ]


def credentials(found: Mapping[str, Any] | None) -> list[str]:
    """Content credentials in sentences for a moderator. Pure."""
    state = (found or {}).get("state")
    if not found or state is None:
        return []
    if state == "none":
        return ["None: nobody signed this file. Most files have none, which says nothing."]
    if state == "unreadable":
        return ["There are some, but they make no sense. They prove nothing."]
    signer = found.get("signer") or "somebody without a name"
    who = f"{signer} ({found['organisation']})" if found.get("organisation") else signer
    when = f" on {found['signed_at'][:10]}" if found.get("signed_at") else ""
    tool = f" with {found['tool']}" if found.get("tool") else ""
    lines = [f"Signed by {who}{when}{tool}."]
    trusted = {
        True: "The signer's certificate leads to one that this site trusts.",
        False: "Nobody whom this site trusts vouches for the signer: anybody can sign so.",
        None: "Whether the signer can be trusted was not checked: this site has no list of those.",
    }
    lines.append(trusted[found.get("trusted")])
    lines.append(
        "The file was changed after it was signed: what is said of it need not be so any more."
        if state == "changed"
        else "The file is as it was signed."
    )
    if found.get("ai"):
        lines.append("It says that AI made it, at least in part.")
    if found.get("camera"):
        lines.append("It says that a camera captured it.")
    return lines


def _addresses(clip: Clip, frames: Iterable[Frame]) -> dict[str, Any]:
    """Where a clip's pictures and renditions can be had, for as long as a page is looked at."""
    sheet = store.link(clip.sheet, content_type=_JPEG, lasts_s=PLAYED_S) if clip.sheet else ""
    played = store.link(clip.rendition, content_type="video/mp4", lasts_s=PLAYED_S)
    return {
        "sheet": sheet,
        "rendition": played,
        "playlist": reverse("admin:desk_playlist", args=[clip.pk, "master"]) if clip.hls else "",
        "archive": archive_link(clip),
        "frames": [
            {
                "frame": frame,
                "picture": store.link(frame.picture, content_type=_JPEG, lasts_s=PLAYED_S),
            }
            for frame in frames
        ],
    }


def matches_of(clips: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """For each clip, other ready clips that share pictures or sound with it, in words.

    That several reporters took the same pictures of one video says nothing.
    """
    if not clips:
        return {}
    found: dict[UUID, list[Match]] = defaultdict(list)
    rows = Match.objects.filter(clip__in=clips, other__state=State.READY).exclude(
        clip__kind=Kind.SHOTS,
        other__kind=Kind.SHOTS,
        other__target_type=F("clip__target_type"),
        other__target_id=F("clip__target_id"),
    )
    for match in rows.select_related("other__appeal", "other__case").order_by(
        "clip_id", "-frames", "-sound_s", "other_id"
    ):
        if len(found[match.clip_id]) < MOST_MATCHES:
            found[match.clip_id].append(match)
    others = [match.other for matches in found.values() for match in matches]
    standings = _standings({(it.target_type, it.target_id) for it in others})
    return {
        clip: [
            {"shared": shared(it), **_whose(it.other), "standing": standings.get(_key(it.other))}
            for it in matches
        ]
        for clip, matches in found.items()
    }


def shared(match: Match) -> str:
    """`18 of 24 frames and 40 seconds of sound stand`. Pure."""
    parts = []
    if match.frames:
        parts.append(f"{match.frames} of {match.of} frames")
    if match.sound_s:
        parts.append(f"{match.sound_s:.0f} seconds of sound")
    verb = "stands" if (match.frames, match.of) == (1, 1) and not match.sound_s else "stand"
    return f"{' and '.join(parts)} {verb}"


def _whose(other: Clip) -> dict[str, Any]:
    case = other.case_id or (other.appeal.case_id if other.appeal else None)
    return {
        "case_id": case,
        "target_type": other.target_type,
        "target_id": other.target_id,
        "what": "the clip" if other.kind == Kind.FILM else "pictures",
    }


def _key(clip: Clip) -> tuple[str, str]:
    return clip.target_type, clip.target_id


def _standings(targets: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What was decided about these videos and channels: locked as AI, or as human."""
    videos = [key for kind, key in targets if kind == TargetType.VIDEO]
    keys = {key for kind, key in targets if kind == TargetType.CHANNEL}
    standings = {
        (TargetType.VIDEO.value, video.video_id): _locked(video.score)
        for video in Video.objects.filter(pk__in=videos, locked=True)
    }
    for channel in Channel.objects.named(keys) if keys else ():
        if channel.locked:
            for name in keys.intersection(channel.names.keys):
                standings[(TargetType.CHANNEL.value, name)] = _locked(channel.score)
    return standings


def _locked(score: Any) -> str:
    return "locked as AI" if score else "locked as human"
