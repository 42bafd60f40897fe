"""Reads the compact snapshot (docs/compact-format.md). Pure.

The columns stay as they came, with a mark at every sixteenth key: a snapshot takes little more
memory than its file, whoever made it, and nothing in it is believed that does not add up.
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from realtube_client.errors import Unreadable

MAGIC = b"RTCS"
MAJOR, MINOR = 1, 0
NO_CATEGORY = 7
VIDEO_LOCKED, VIDEO_PRELIMINARY = 8, 16
VIDEO_BY_LIST, VIDEO_BY_MODERATOR, VIDEO_BY_JURY = 32, 64, 128
CHANNEL_AUTO_FLAG, CHANNEL_LOCKED = 1, 2
CHANNEL_MEASURED, CHANNEL_MEASURED_NOTICE = 32, 64
CHANNEL_LISTED = 128
CHANNEL_BY_JURY = CHANNEL_LOCKED | CHANNEL_LISTED
"""Both together; neither then is what it says by itself."""
CHANNEL_CATEGORY_SHIFT = 2
HEADER = struct.Struct("<4sBBHQqIIIIBB")
TRAILER_BYTES = 8
_BLOCK_TAG_BYTES, _BLOCK_HEAD_BYTES = 4, 8
_REVISION_MAX = 2**53 - 1
_KEY_MAX = 2**64 - 1
_SHIFT_MAX = 63
_SCORE_MAX = 100
_STEP = 16

Item = tuple[int, int, int]
"""Key (0 to 2^64 - 1), score (0-100, rounded down) and flags (0-255) of a video or channel."""


class Table:
    """Videos or channels of a snapshot, sorted by key."""

    def __init__(self, keys: memoryview, scores: memoryview, flags: memoryview) -> None:
        """Raises `Unreadable` unless there are as many keys as scores and flags, in order."""
        if len(scores) and max(scores) > _SCORE_MAX:
            raise Unreadable("A score is over 100.")
        self._keys, self._scores, self._flags = keys, scores, flags
        self._marks, self._places = _marks(keys, len(scores))

    def __len__(self) -> int:
        return len(self._scores)

    def __iter__(self) -> Iterator[Item]:
        keys = _values(self._keys, 0, 0)
        yield from zip(keys, self._scores, self._flags, strict=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (self._keys, self._scores, self._flags) == (
            other._keys,
            other._scores,
            other._flags,
        )

    __hash__ = None  # type: ignore[assignment]

    def find(self, key: int) -> tuple[int, int] | None:
        """Score and flags of a key, if it is inside."""
        mark = bisect_right(self._marks, key) - 1
        if mark < 0:
            return None
        index, here = mark * _STEP, self._marks[mark]
        following = _values(self._keys, self._places[mark], here)
        while here < key:
            index, here = index + 1, next(following, _KEY_MAX + 1)
        return (self._scores[index], self._flags[index]) if here == key else None


@dataclass(frozen=True)
class Compact:
    """What a compact snapshot says.

    `generated_at_us` is the time of `revision` in microseconds since 1970, UTC; `min_score` the
    least score of what is inside (0-100); `data` the bytes that were read.
    """

    revision: int
    generated_at_us: int
    min_score: int
    categories: tuple[str, ...]
    videos: Table
    channels: Table
    data: bytes = field(repr=False, compare=False)

    @property
    def cursor(self) -> str:
        """From where a delta goes on."""
        return f"{self.revision}-0"


def video_decided_by(flags: int) -> str | None:
    """Who decided a video, by its flags: `moderator`, `jury` or `list`; None for votes."""
    if flags & (VIDEO_LOCKED | VIDEO_BY_MODERATOR):
        return "moderator"
    if flags & VIDEO_BY_JURY:
        return "jury"
    return "list" if flags & VIDEO_BY_LIST else None


def channel_decided_by(flags: int) -> str | None:
    """The same of a channel."""
    if flags & CHANNEL_BY_JURY == CHANNEL_BY_JURY:
        return "jury"
    if flags & CHANNEL_LOCKED:
        return "moderator"
    return "list" if flags & CHANNEL_LISTED else None


def is_compact(data: bytes) -> bool:
    """Whether it begins as a snapshot does: if not, it is something else altogether."""
    return data[: len(MAGIC)] == MAGIC


def read(data: bytes) -> Compact:
    """The snapshot in `data`. Raises `Unreadable` if anything is missing, wrong or left over."""
    if len(data) < HEADER.size + TRAILER_BYTES or not is_compact(data):
        raise Unreadable("This is no compact snapshot.")
    _, major, _, start, revision, moment, *counts, least, names = HEADER.unpack_from(data)
    if major != MAJOR:
        raise Unreadable(f"Version {major} of the compact snapshot is not known.")
    body = memoryview(data)[:-TRAILER_BYTES]
    if hashlib.sha256(body).digest()[:TRAILER_BYTES] != data[-TRAILER_BYTES:]:
        raise Unreadable("The snapshot is damaged: its checksum is wrong.")
    if revision > _REVISION_MAX:
        raise Unreadable("The snapshot's revision is too large.")
    videos, channels, video_bytes, channel_bytes = counts
    sizes = [video_bytes, videos, videos, channel_bytes, channels, channels]
    if start < HEADER.size:
        raise Unreadable("The snapshot's sizes do not add up.")
    _skip_blocks(body, start + sum(sizes))
    columns = []
    position = start
    for size in sizes:
        columns.append(body[position : position + size])
        position += size
    return Compact(
        revision=revision,
        generated_at_us=moment,
        min_score=least,
        categories=_names(bytes(body[HEADER.size : start]), names),
        videos=Table(*columns[:3]),
        channels=Table(*columns[3:]),
        data=data,
    )


def _skip_blocks(body: memoryview, position: int) -> None:
    """See that what follows the columns is whole blocks; this reader knows none."""
    while position < len(body):
        length = body[position + _BLOCK_TAG_BYTES : position + _BLOCK_HEAD_BYTES]
        position += _BLOCK_HEAD_BYTES + int.from_bytes(length, "little")
    if position != len(body):
        raise Unreadable("The snapshot's sizes do not add up.")


def _marks(data: memoryview, count: int) -> tuple[array[int], array[int]]:
    """Every sixteenth key, and where the one after it begins. Raises `Unreadable`.

    One loop without calls: there are millions of bytes.
    """
    marks, places = array("Q"), array("Q")
    value = shift = key = found = 0
    for at, byte in enumerate(data, 1):
        if shift > _SHIFT_MAX:
            raise Unreadable("The snapshot's keys are broken.")
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            if found and not value:
                raise Unreadable("A key of the snapshot is there twice.")
            key += value
            if key > _KEY_MAX:
                break
            if not found % _STEP:
                marks.append(key)
                places.append(at)
            found += 1
            value = shift = 0
    if shift or found != count or key > _KEY_MAX:
        raise Unreadable("The snapshot's keys are broken.")
    return marks, places


def _values(data: memoryview, start: int, key: int) -> Iterator[int]:
    """The keys from byte `start` on, behind `key`, of bytes that `_marks` has seen."""
    value = shift = 0
    for byte in data[start:]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            key += value
            yield key
            value = shift = 0


def _names(data: bytes, count: int) -> tuple[str, ...]:
    names = []
    position = 0
    for _ in range(count):
        length = data[position] if position < len(data) else len(data)
        name = data[position + 1 : position + 1 + length]
        if len(name) != length or not name.isascii():
            raise Unreadable("The snapshot's category names are broken.")
        names.append(name.decode("ascii"))
        position += 1 + length
    return tuple(names)
