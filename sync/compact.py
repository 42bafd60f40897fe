"""The compact snapshot (docs/compact-format.md): writing it. Pure; no Django.

What reads it, and what its bits mean, is in the client kit: `realtube_client.compact`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from realtube_client.compact import (
    CHANNEL_AUTO_FLAG,
    CHANNEL_BY_JURY,
    CHANNEL_CATEGORY_SHIFT,
    CHANNEL_LISTED,
    CHANNEL_LOCKED,
    CHANNEL_MEASURED,
    CHANNEL_MEASURED_NOTICE,
    HEADER,
    MAGIC,
    MAJOR,
    MINOR,
    NO_CATEGORY,
    TRAILER_BYTES,
    VIDEO_BY_JURY,
    VIDEO_BY_LIST,
    VIDEO_BY_MODERATOR,
    VIDEO_LOCKED,
    VIDEO_PRELIMINARY,
    Item,
)
from realtube_client.keys import key_of
from videos.scoring import JURY

# A viewer with the strictest preset hides from 40; one new voter's word gives 16.67.
MIN_SCORE = 25
_CHANNEL_BY = {"list": VIDEO_BY_LIST, "moderator": VIDEO_BY_MODERATOR}


def is_small(video: Mapping[str, Any]) -> bool:
    """Whether a video object is inside only if its channel is flagged."""
    return int(video["score"]) < MIN_SCORE and not video["locked"]


def video_item(
    video: Mapping[str, Any], categories: Sequence[str], *, of_flagged: bool
) -> Item | None:
    """The item of a video object, or None if it is not to be inside.

    Inside are: a score of `MIN_SCORE`, a lock, or a flagged channel (`of_flagged`). The last two
    keep a client from hiding, for its channel's sake, a video that the community has cleared.
    """
    if is_small(video) and not of_flagged:
        return None
    score = int(video["score"])
    locked = video["locked"]
    flags = _primary(video["categories"], categories)
    flags |= VIDEO_LOCKED * locked
    flags |= VIDEO_PRELIMINARY * video.get("preliminary", False)
    flags |= _CHANNEL_BY.get(video.get("channelBy", ""), 0)
    flags |= VIDEO_BY_JURY * (video.get("decidedBy") == JURY)
    return key_of(video["videoId"]), score, flags


def channel_names(channel: Mapping[str, Any]) -> list[str]:
    """What a channel object is known by: its id, each of its handles."""
    names = [channel["channelId"], channel.get("handle"), *channel.get("otherHandles", ())]
    return list(dict.fromkeys(filter(None, names)))


def channel_keys(channel: Mapping[str, Any]) -> list[int]:
    """The keys of a channel object: one for each of its names."""
    return [key_of(name) for name in channel_names(channel)]


def channel_items(channel: Mapping[str, Any], categories: Sequence[str]) -> list[Item]:
    """The items of a channel object, one a key. None below `MIN_SCORE`, but of auto-flagged and
    measured channels."""
    score = int(channel["score"])
    measured = channel.get("measured")
    if score < MIN_SCORE and not channel["autoFlag"] and not measured:
        return []
    top = channel["topCategories"][:1]
    index = categories.index(top[0]) if top and top[0] in categories else NO_CATEGORY
    flags = index << CHANNEL_CATEGORY_SHIFT
    flags |= CHANNEL_AUTO_FLAG * channel["autoFlag"]
    flags |= CHANNEL_LOCKED * channel["locked"]
    flags |= CHANNEL_LISTED * channel.get("listed", False)
    flags |= CHANNEL_BY_JURY * (channel.get("decidedBy") == JURY)
    if measured:
        flags |= CHANNEL_MEASURED if measured["counts"] else CHANNEL_MEASURED_NOTICE
    return [(key, score, flags) for key in channel_keys(channel)]


def encode(
    *,
    revision: int,
    generated_at_us: int,
    categories: Sequence[str],
    videos: Iterable[Item],
    channels: Iterable[Item],
) -> bytes:
    """The bytes of a snapshot. Raises ValueError for items that are not sorted by unique keys."""
    names = b"".join(bytes([len(name)]) + name.encode("ascii") for name in categories)
    of_videos, of_channels = _columns(videos), _columns(channels)
    header = HEADER.pack(
        MAGIC,
        MAJOR,
        MINOR,
        HEADER.size + len(names),
        revision,
        generated_at_us,
        len(of_videos[1]),
        len(of_channels[1]),
        len(of_videos[0]),
        len(of_channels[0]),
        MIN_SCORE,
        len(categories),
    )
    body = b"".join((header, names, *of_videos, *of_channels))
    return body + hashlib.sha256(body).digest()[:TRAILER_BYTES]


def _primary(scores: Mapping[str, Mapping[str, Any]], categories: Sequence[str]) -> int:
    """Index of the category with the highest score, the first of equals."""
    best, index = -1.0, NO_CATEGORY
    for n, category in enumerate(categories):
        if category in scores and scores[category]["weightedScore"] > best:
            best, index = scores[category]["weightedScore"], n
    return index


def _columns(items: Iterable[Item]) -> tuple[bytearray, bytearray, bytearray]:
    """Keys as varints of their differences, scores, flags."""
    keys, scores, all_flags = bytearray(), bytearray(), bytearray()
    previous = -1
    for key, score, flags in items:
        if key <= previous:
            raise ValueError("items have to be sorted by unique keys")
        rest = key - previous if scores else key
        previous = key
        while rest > 0x7F:
            keys.append(rest & 0x7F | 0x80)
            rest >>= 7
        keys.append(rest)
        scores.append(score)
        all_flags.append(flags)
    return keys, scores, all_flags
