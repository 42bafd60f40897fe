"""Keyed pseudonyms: an address can be recognised again, but not read back (D37, D60). Pure."""

from __future__ import annotations

import functools
import hmac


def keyed(value: str, *, key: bytes, purpose: str) -> str:
    """HMAC-SHA256 of `purpose` and `value` under `key`, 32 hex characters; empty stays empty."""
    if not value:
        return ""
    message = f"{purpose}\0{value}".encode()
    return hmac.digest(key, message, "sha256").hex()[:32]


def for_logs(address: str, *, key: str, day: str) -> str:
    """What a log line says of an address: 12 hex characters that change with the `day` (D60)."""
    return keyed(address, key=_secret_of_day(key, day), purpose="address")[:12]


@functools.lru_cache(maxsize=2)
def _secret_of_day(key: str, day: str) -> bytes:
    return hmac.digest(key.encode(), f"logs {day}".encode(), "sha256")
