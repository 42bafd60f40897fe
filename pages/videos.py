"""All that the page of a video shows, read from what is stored; at most a minute old."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from channels.models import Channel
from common import cache
from pages import verdicts, words
from pages.lists import naming
from sync import history
from sync.models import StatusChange
from videos import scoring
from videos.models import Video
from videos.present import is_published, video_object
from videos.store import categories_of
from votes.notes import facts as notes
from votes.signs import facts as signs

TTL_S = 60
LINES = 50
"""Of its history, the newest first."""


def of(video_id: str) -> dict[str, Any] | None:
    """What is published of a video; None if nothing is. JSON-like; eight statements at most.

    `video`: the public object. `made`: the numbers behind its score, absent on a mirror, which
    does not have them. `signs`, `notes`, `history`: as the API has them. `channel`:
    `{key, name}`. `lists`: those that name its channel.
    """
    return cache.read_through(f"page:video:{video_id}", ttl_s=TTL_S, load=lambda: _load(video_id))


def _load(video_id: str) -> dict[str, Any] | None:
    video = Video.objects.filter(pk=video_id).first()
    if video is None or not is_published(video):
        return None
    shown = video_object(video, categories_of([video_id]).get(video_id, {}))
    found: dict[str, Any] = {
        "video": shown,
        "signs": [],
        "notes": notes.shown("video", [video_id], verdicts.of_video(shown).what),
        "history": history.of(StatusChange.Kind.VIDEO, video_id)[:LINES],
        "lists": [],
    }
    if key := video.channel_key:
        channel = Channel.objects.known_as(key)
        handle = f"@{channel.handle}" if channel and channel.handle else key
        found["channel"] = {"key": channel.key if channel else key, "name": handle}
        if channel and channel.listed:
            found["lists"] = naming(channel.names)
    if verdicts.of_video(shown).what and not settings.MIRROR_OF:
        found["signs"] = signs.shown(video_id)
        found["made"] = _made(video)
    return found


def _made(video: Video) -> dict[str, Any]:
    k, of_channel = scoring.reserve(
        prior=video.prior, prior_weight=Decimal(str(settings.PRIOR_WEIGHT))
    )
    return {
        "ai": float(video.weight_ai),
        "disputes": float(video.weight_disputes),
        "k": float(k),
        "channel": float(of_channel),
        "voices": video.independent_voters,
        "disputers": video.independent_disputers,
        "needed": scoring.voices_needed(
            disputers=video.independent_disputers,
            min_independent=settings.MIN_INDEPENDENT_VOTERS,
        ),
    }


def in_words(found: dict[str, Any]) -> str:
    """What was found, in a sentence or two, in the visitor's language."""
    return sentence(found["video"], voices=found.get("made", {}).get("voices", 0))


def sentence(video: dict[str, Any], *, voices: int) -> str:
    """The same of a video object; `voices` is 0 where it is not known."""
    verdict = verdicts.of_video(video)
    named = verdicts.kinds(video)
    return words.of_video(
        verdict.what,
        verdict.by,
        category=named[0][0] if named else "",
        ai_votes=verdicts.ai_votes(video),
        voices=voices,
        score=video["score"],
    )
