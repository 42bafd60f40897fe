"""The compact snapshot (docs/compact-format.md): writing and reading it. Pure; no Django.

`read` is the format's reference reader: it needs nothing but this file and Python.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAGIC = b"RTCS"
MAJOR, MINOR = 1, 0
# A viewer with the strictest preset hides from 40; one new voter's word gives 16.67.
MIN_SCORE = 25
NO_CATEGORY = 7
VIDEO_LOCKED, VIDEO_PRELIMINARY = 8, 16
VIDEO_BY_LIST, VIDEO_BY_MODERATOR = 32, 64
CHANNEL_AUTO_FLAG, CHANNEL_LOCKED = 1, 2
CHANNEL_MEASURED, CHANNEL_MEASURED_NOTICE = 32, 64
CHANNEL_LISTED = 128
_CHANNEL_CATEGORY_SHIFT = 2
_CHANNEL_BY = {"list": VIDEO_BY_LIST, "moderator": VIDEO_BY_MODERATOR}
_FIXED = struct.Struct("<4sBBHQqIIIIBB")
_TRAILER_BYTES = 8
_KEY_BYTES = 8
_BLOCK_TAG_BYTES, _BLOCK_HEAD_BYTES = 4, 8

Item = tuple[int, int, int]
"""Key (0 to 2^64 - 1), score (0-100, rounded down) and flags (0-255) of a video or channel."""


class Unreadable(ValueError):
    """The bytes are no whole compact snapshot of a version this reader knows."""


@dataclass(frozen=True)
class Compact:
    """What a compact snapshot says; `videos` and `channels` are sorted by key.

    `generated_at_us` is the time of `revision` in microseconds since 1970, UTC.
    """

    revision: int
    generated_at_us: int
    min_score: int
    categories: tuple[str, ...]
    videos: list[Item]
    channels: list[Item]


def key_of(text: str) -> int:
    """The 64-bit key of a video id, a channel id or an `@handle` in normal form."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:_KEY_BYTES], "big")


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
    flags = index << _CHANNEL_CATEGORY_SHIFT
    flags |= CHANNEL_AUTO_FLAG * channel["autoFlag"]
    flags |= CHANNEL_LOCKED * channel["locked"]
    flags |= CHANNEL_LISTED * channel.get("listed", False)
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
    header = _FIXED.pack(
        MAGIC,
        MAJOR,
        MINOR,
        _FIXED.size + len(names),
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
    return body + hashlib.sha256(body).digest()[:_TRAILER_BYTES]


def read(data: bytes) -> Compact:
    """The snapshot in `data`. Raises `Unreadable` if anything is missing, wrong or left over."""
    if len(data) < _FIXED.size + _TRAILER_BYTES or data[:4] != MAGIC:
        raise Unreadable("not a compact snapshot")
    (
        _,
        major,
        _,
        header_bytes,
        revision,
        generated_at_us,
        video_count,
        channel_count,
        video_key_bytes,
        channel_key_bytes,
        min_score,
        category_count,
    ) = _FIXED.unpack_from(data)
    if major != MAJOR:
        raise Unreadable(f"version {major} is not known")
    body, trailer = data[:-_TRAILER_BYTES], data[-_TRAILER_BYTES:]
    if hashlib.sha256(body).digest()[:_TRAILER_BYTES] != trailer:
        raise Unreadable("the checksum is wrong")
    sizes = [video_key_bytes, video_count, video_count]
    sizes += [channel_key_bytes, channel_count, channel_count]
    if header_bytes < _FIXED.size:
        raise Unreadable("the sizes do not add up")
    _skip_blocks(body, header_bytes + sum(sizes))
    parts = []
    position = header_bytes
    for size in sizes:
        parts.append(body[position : position + size])
        position += size
    return Compact(
        revision=revision,
        generated_at_us=generated_at_us,
        min_score=min_score,
        categories=_names(body[_FIXED.size : header_bytes], category_count),
        videos=list(zip(_keys(parts[0], video_count), parts[1], parts[2], strict=True)),
        channels=list(zip(_keys(parts[3], channel_count), parts[4], parts[5], strict=True)),
    )


def _skip_blocks(body: bytes, position: int) -> None:
    """See that what follows the columns is whole blocks; this reader knows none."""
    while position < len(body):
        length = body[position + _BLOCK_TAG_BYTES : position + _BLOCK_HEAD_BYTES]
        position += _BLOCK_HEAD_BYTES + int.from_bytes(length, "little")
    if position != len(body):
        raise Unreadable("the sizes do not add up")


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


def _keys(data: bytes, count: int) -> Iterable[int]:
    keys: list[int] = []
    value = shift = key = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            if keys and not value:
                raise Unreadable("a key is there twice")
            key += value
            keys.append(key)
            value = shift = 0
    if shift or len(keys) != count or key >= 1 << 64:
        raise Unreadable("the keys are broken")
    return keys


def _names(data: bytes, count: int) -> tuple[str, ...]:
    names = []
    position = 0
    for _ in range(count):
        length = data[position] if position < len(data) else len(data)
        name = data[position + 1 : position + 1 + length]
        if len(name) != length or not name.isascii():
            raise Unreadable("the category names are broken")
        names.append(name.decode("ascii"))
        position += 1 + length
    return tuple(names)
