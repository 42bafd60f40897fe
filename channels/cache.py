"""The cache keys of channels."""

from __future__ import annotations

from collections.abc import Iterable

CHANNEL_TTL_S = 15 * 60
LISTS_TTL_S = 5 * 60
LISTS_KEY = "lists"


def channel_cache_key(key: str) -> str:
    """The key of a channel lookup by id or `@handle`."""
    return f"channel:{key}"


def channel_cache_keys(keys: Iterable[str]) -> list[str]:
    """The keys of several channels."""
    return [channel_cache_key(key) for key in keys]
