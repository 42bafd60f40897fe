"""A page of the delta: what changed since a cursor (docs/contract.md#delta). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from realtube_client import shape
from realtube_client.errors import Expired

CURSOR = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
CHANGES_MAX = 40_000
_KEY = re.compile(r"[0-9a-f]{16}")

Packed = tuple[int, int]
"""Score (0-100) and flags (0-255)."""
Changes = Mapping[int, Packed | None]
"""By key: what is said of it now, or None where nothing is any more."""


@dataclass(frozen=True)
class CompactPage:
    """Changes in the keys of the compact snapshot."""

    videos: Changes
    channels: Changes
    cursor: str
    has_more: bool


@dataclass(frozen=True)
class WholePage:
    """Changes as whole objects, each with its `action`: videos, then channels, unchecked but for
    being objects."""

    entries: list[dict[str, Any]]
    cursor: str
    has_more: bool


def compact_page(given: Mapping[str, Any]) -> CompactPage:
    """From an answer with `format=compact`. Raises `Expired`, and ValueError if it is none."""
    cursor, has_more = _position(given)
    videos, channels = (_changes(given, name) for name in ("videos", "channels"))
    return CompactPage(videos, channels, cursor, has_more)


def whole_page(given: Mapping[str, Any]) -> WholePage:
    """From an answer with whole objects. Raises `Expired`, and ValueError if it is none."""
    cursor, has_more = _position(given)
    return WholePage([*_entries(given, "videos"), *_entries(given, "channels")], cursor, has_more)


def _position(given: Mapping[str, Any]) -> tuple[str, bool]:
    if shape.flag(given, "fullSyncRequired", default=False):
        raise Expired("The server no longer knows what changed since then.")
    cursor = shape.text(given, "nextCursor")
    if not CURSOR.fullmatch(cursor):
        raise shape.Malformed("nextCursor")
    return cursor, shape.flag(given, "hasMore", default=False)


def _entries(given: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    entries = shape.objects(given, name)
    if len(entries) > CHANGES_MAX:
        raise shape.Malformed(name)
    return entries


def _changes(given: Mapping[str, Any], name: str) -> Changes:
    changes: dict[int, Packed | None] = {}
    for entry in _entries(given, name):
        key, action = shape.text(entry, "key"), shape.text(entry, "action")
        if not _KEY.fullmatch(key) or action not in ("update", "remove"):
            raise shape.Malformed(name)
        if action == "remove":
            changes[int(key, 16)] = None
        else:
            score, flags = shape.count(entry, "score"), shape.count(entry, "flags")
            if score > 100 or flags > 255:
                raise shape.Malformed(name)
            changes[int(key, 16)] = score, flags
    return changes
