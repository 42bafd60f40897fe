"""What channels give their videos: whether these start flagged (`videos.scoring.has_prior`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q

from channels.models import Channel
from videos.scoring import JURY, LIST, MODERATOR, Standing, has_prior


def by_key(channels: Iterable[Channel]) -> dict[str, Standing]:
    """The status of channels, under each of their names; those that are neither flagged nor
    settled give nothing."""
    return {
        key: Standing(
            channel.auto_flag_new,
            channel.locked or channel.decided_by == JURY,
            "" if channel.passed_auto_flag else channel.restricted,
            decided_by(channel),
        )
        for channel in channels
        if channel.auto_flag_new or channel.locked or channel.decided_by == JURY
        for key in channel.names.keys
    }


def decided_by(channel: Channel) -> str:
    """Whose word a channel's score and flag are, empty for votes.

    What was stored before this was has only what it is derived from.
    """
    before = MODERATOR if channel.locked else LIST if channel.listed else ""
    return channel.decided_by or before


def turned(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> list[str]:
    """The keys whose standing is another than before: what they give their videos has changed."""
    return [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]


def of_keys(keys: Collection[str]) -> dict[str, Standing]:
    """The status of the channels of these ids and `@handles`. One statement."""
    if not keys:
        return {}
    gives = Q(auto_flag_new=True) | Q(locked=True) | Q(decided_by=JURY)
    return by_key(Channel.objects.named(keys).filter(gives))


def of_flagged(videos: Collection[Mapping[str, Any]]) -> set[str]:
    """The ids of those of these video objects whose channel is flagged. One statement."""
    named = {
        video["videoId"]: (video.get("channelId", ""), video.get("channelHandle", ""))
        for video in videos
    }
    found = of_keys({key for keys in named.values() for key in keys if key})
    return {
        video_id
        for video_id, (channel_id, handle) in named.items()
        if has_prior(found.get(channel_id), found.get(handle))
    }
