"""What people paste: addresses of YouTube pages, ids and handles. Pure."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from realtube.common import ids

Target = tuple[Literal["video", "channel"], str]

_HOST = re.compile(r"(?:[a-z0-9-]+\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be)", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_VIDEO_PATHS = frozenset({"shorts", "embed", "live", "v", "e"})
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_VIDEO_LENGTH = 11


def parse(text: str) -> Target | None:
    """The video id, or the channel's key (an id, or `@handle` in normal form), that is meant.

    Takes page addresses of any YouTube host with or without scheme, `@handle`, a channel id of
    24 characters that begins with `UC`, and video ids of 11 characters. None for all else.
    """
    text = text.strip()
    if text.startswith("@"):
        return _handle(text)
    if _CHANNEL.fullmatch(text):
        return ("channel", text)
    if ids.is_video_id(text) and len(text) == _VIDEO_LENGTH:
        return ("video", text)
    try:
        address = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
        host = address.hostname or ""
    except ValueError:
        return None
    if not _HOST.fullmatch(host):
        return None
    first, second, *_ = [*filter(None, address.path.split("/")), "", ""]
    if host.lower().endswith("youtu.be"):
        return _video(first)
    if first == "watch":
        return _video(parse_qs(address.query).get("v", [""])[0])
    if first in _VIDEO_PATHS:
        return _video(second)
    if first == "channel":
        return ("channel", second) if ids.is_channel_id(second) else None
    return _handle(first) if first.startswith(("@", "%40")) else None


def _video(given: str) -> Target | None:
    return ("video", given) if ids.is_video_id(given) else None


def _handle(given: str) -> Target | None:
    handle = ids.normalise_handle(given)
    return ("channel", f"@{handle}") if handle else None
