"""Hashes that stand for voters, videos and channels. Pure."""

from __future__ import annotations

import hashlib
import uuid

from realtube_client.handles import normalise_handle

ROUNDS = 5000
PREFIX_LENGTH = 4
KEY_BYTES = 8


def new_identity() -> str:
    """A random UUID: the voter's secret. Keep it, and never send it (see `user_id_of`)."""
    return str(uuid.uuid4())


def user_id_of(identity: str) -> str:
    """The `userId` of a secret UUID: SHA-256, 5,000 times, over the last one's 64 hex characters.

    It is a password, too: whoever sends it is that voter. Takes some milliseconds; keep it.
    """
    text = identity
    for _ in range(ROUNDS):
        text = hashlib.sha256(text.encode()).hexdigest()
    return text


def prefix_of(video_id: str) -> str:
    """The 4 hex characters that a look-up sends: all videos of YouTube share 65,536 of them."""
    return hashlib.sha256(video_id.encode()).hexdigest()[:PREFIX_LENGTH]


def key_of(text: str) -> int:
    """The 64-bit key of a video id, a channel id or an `@handle` in normal form."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:KEY_BYTES], "big")


def channel_key_of(name: str) -> int | None:
    """The key of a channel by its id or `@handle` in any spelling; None if it is no handle."""
    if not name.startswith("@"):
        return key_of(name)
    handle = normalise_handle(name)
    return None if handle is None else key_of(f"@{handle}")
