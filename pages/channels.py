"""All that the page of a channel shows, read from what is stored; at most a minute old."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from channels.models import Channel
from channels.present import channel_object
from common import cache
from pages import verdicts, words
from pages.lists import naming
from sync import history
from sync.models import StatusChange
from videos.models import Video
from videos.scoring import FLAGGED
from votes.notes import facts as notes

TTL_S = 60
LINES = 50
VIDEOS = 30
"""Flagged videos of it that its page names."""
LOOKED_AT = 2000
"""Videos of it among which they are looked for."""


def of(key: str) -> dict[str, Any] | None:
    """What is published of the channel of this id or `@handle`; None if nothing is.

    JSON-like; seven statements at most. `channel`: the public object. `names`: all it is known by.
    `history`, `lists`, `notes`: as of a video. `videos`: flagged ones, `{id, score}`, unless the
    channel is cleared.
    """
    return cache.read_through(f"page:channel:{key}", ttl_s=TTL_S, load=lambda: _load(key))


def _load(key: str) -> dict[str, Any] | None:
    channel = Channel.objects.known_as(key)
    if channel is None:
        return None
    shown = channel_object(channel)
    verdict = verdicts.of_channel(shown)
    return {
        "channel": shown,
        "names": channel.names.keys,
        "history": history.of(StatusChange.Kind.CHANNEL, channel.key)[:LINES],
        "lists": naming(channel.names) if verdict.is_flagged and not settings.MIRROR_OF else [],
        "notes": notes.shown("channel", channel.names.keys, verdict.what),
        "videos": _flagged(channel) if verdict.is_flagged else [],
    }


def _flagged(channel: Channel) -> list[dict[str, Any]]:
    names = channel.names
    videos = Video.objects.naming_channel(channel_id=names.channel_id, handles=names.handles)
    some = list(
        videos.values_list("pk", "score", "hidden", "shadow_hidden", "total_votes")[:LOOKED_AT]
    )
    flagged: list[dict[str, Any]] = [
        {"id": pk, "score": float(score)}
        for pk, score, hidden, quietly, votes in some
        # Those without votes are flagged for the channel's sake alone: they say nothing of it.
        if score >= FLAGGED and votes and not hidden and not quietly
    ]
    return sorted(flagged, key=lambda it: (-it["score"], it["id"]))[:VIDEOS]


def in_words(found: dict[str, Any]) -> str:
    """What was found, in a sentence, in the visitor's language."""
    return words.of_channel(*verdicts.of_channel(found["channel"]))


def name_of(found: dict[str, Any]) -> str:
    """What people call it: its handle, or its id where none is known."""
    return str(found["channel"].get("handle") or found["channel"]["channelId"])
