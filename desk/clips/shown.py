"""What a page shows of the clips about its target, by one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from desk.clips import gathered
from desk.clips.gathered import Gathered
from evidence import store
from evidence.files import archive_link
from evidence.models import Kind, State
from evidence.words import STATES
from evidence.words import size as in_words

MOST_SHOTS = 60
"""Pictures of reports on a page."""
PLAYED_S = 6 * 3600
"""How long a page that was opened can play what is on it."""
_JPEG = "image/jpeg"


def of(target_type: str, keys: Sequence[str]) -> dict[str, Any]:
    """What was brought about a target: films as `clips`, the oldest first, pictures as `shots`.

    Of a film: addresses of what can be seen, and facts. `matches` are sentences about other clips
    with the same pictures or sound, most first. Of shots: see `reported.of`.
    """
    found = gathered.about(target_type, keys) if settings.EVIDENCE else []
    films = [clip for clip in found if clip.kind == Kind.FILM]
    return {
        "clips": [
            {
                "clip": clip,
                "state": STATES[clip.state],
                "size": in_words(clip.size or 0),
                "credentials": credentials(clip.credentials),
                "matches": [in_words_of(match) for match in clip.shared],
                **(_addresses(clip) if clip.state == State.READY else {}),
            }
            for clip in films
        ],
        "shots": reported([clip for clip in found if clip.kind == Kind.SHOTS]),
    }


def reported(clips: Sequence[Gathered]) -> dict[str, Any]:
    """What reporters took of the player in the order of its times, and what else has it.

    Nothing where there is none. `waiting` reports have some that are not redrawn yet: nobody sees
    what was sent itself.
    """
    ready = [clip for clip in clips if clip.state == State.READY]
    waiting = sum(clip.state not in (State.READY, State.FAILED) for clip in clips)
    if not ready and not waiting:
        return {}
    frames = sorted((it for clip in ready for it in clip.taken), key=lambda it: it["at"])
    return {
        "reporters": len(ready),
        "waiting": waiting,
        "pictures": _pictures(frames[:MOST_SHOTS]),
        "matches": [in_words_of(match) for clip in ready for match in clip.shared],
    }


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


def _addresses(clip: Gathered) -> dict[str, Any]:
    """Where a clip's pictures and renditions can be had, for as long as a page is looked at."""
    sheet = store.link(clip.sheet, content_type=_JPEG, lasts_s=PLAYED_S) if clip.sheet else ""
    played = store.link(clip.rendition, content_type="video/mp4", lasts_s=PLAYED_S)
    return {
        "sheet": sheet,
        "rendition": played,
        "playlist": reverse("admin:desk_playlist", args=[clip.pk, "master"]) if clip.hls else "",
        "archive": archive_link(clip),
        "frames": _pictures(clip.taken),
    }


def _pictures(frames: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Frames, and where their pictures can be had."""
    return [
        {
            "frame": frame,
            "picture": store.link(frame["picture"], content_type=_JPEG, lasts_s=PLAYED_S),
        }
        for frame in frames
    ]


def in_words_of(match: Mapping[str, Any]) -> dict[str, Any]:
    """A match of `gathered`, as a page says it. Pure."""
    return {
        **match,
        "shared": shared(match),
        "what": "the clip" if match["kind"] == Kind.FILM else "pictures",
        "standing": {None: "", True: "locked as AI", False: "locked as human"}[match["is_ai"]],
    }


def shared(match: Mapping[str, Any]) -> str:
    """`18 of 24 frames and 40 seconds of sound stand`. Pure."""
    parts = []
    if match["frames"]:
        parts.append(f"{match['frames']} of {match['of']} frames")
    if match["sound_s"]:
        parts.append(f"{match['sound_s']:.0f} seconds of sound")
    is_one = (match["frames"], match["of"]) == (1, 1) and not match["sound_s"]
    return f"{' and '.join(parts)} {'stands' if is_one else 'stand'}"
