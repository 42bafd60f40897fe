"""Keyed pseudonyms: an address can be recognised again, but not read back. Pure."""

from __future__ import annotations

import functools
import hmac


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """As `hmac.digest`, which lets other threads take the interpreter over each time."""
    made = _hmac_of(key).copy()
    made.update(message)
    return made.digest()


@functools.lru_cache(maxsize=64)
def _hmac_of(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


def keyed(value: str, *, key: bytes, purpose: str) -> str:
    """HMAC-SHA256 of `purpose` and `value` under `key`, 32 hex characters; empty stays empty."""
    if not value:
        return ""
    message = f"{purpose}\0{value}".encode()
    return hmac_sha256(key, message).hex()[:32]


def for_logs(address: str, *, key: str, day: str) -> str:
    """What a log line says of an address: 12 hex characters that change with the `day`."""
    return keyed(address, key=_secret_of_day(key, day), purpose="address")[:12]


@functools.lru_cache(maxsize=2)
def _secret_of_day(key: str, day: str) -> bytes:
    return hmac_sha256(key.encode(), f"logs {day}".encode())
