"""The identifiers of the wire: their rules, normal forms and hashes. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from common.pseudonyms import hmac_sha256
from realtube_client import handles

VIDEO_ID_MAX = 16
CHANNEL_ID_MAX = 32
HANDLE_MAX = handles.HANDLE_MAX
USER_ID_MAX = 64
PREFIX_MIN, PREFIX_MAX = 4, 8
BUCKET_LENGTH = 4
USER_AGENT_MAX = 128

_VIDEO_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{VIDEO_ID_MAX}}}")
_CHANNEL_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{CHANNEL_ID_MAX}}}")
_USER_ID = re.compile(rf"[0-9a-f]{{1,{USER_ID_MAX}}}")
_PREFIX = re.compile(rf"[0-9a-f]{{{PREFIX_MIN},{PREFIX_MAX}}}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# The same for clients, who look for a channel in a copy of their own.
normalise_handle = handles.normalise_handle
without_accents = handles.without_accents
percent_decoded = handles.percent_decoded

# Marks that change the direction of what follows.
_REORDERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_video_id(value: str) -> bool:
    """1-16 of `A-Z a-z 0-9 _ -` (ASCII only, no trailing newline)."""
    return _VIDEO_ID.fullmatch(value) is not None


def is_channel_id(value: str) -> bool:
    """1-32 of `A-Z a-z 0-9 _ -`; the `UC` prefix is not required."""
    return _CHANNEL_ID.fullmatch(value) is not None


def is_request_id(value: str) -> bool:
    """1-64 of `A-Z a-z 0-9 . _ -`."""
    return _REQUEST_ID.fullmatch(value) is not None


def normalise_user_id(value: str, *, min_length: int) -> str | None:
    """The wire user id, trimmed, lower case; None unless min_length-64 hex characters."""
    value = value.strip().lower()
    return value if len(value) >= min_length and _USER_ID.fullmatch(value) else None


def normalise_prefix(value: str) -> str | None:
    """A hash prefix in lower case; None unless it is 4-8 hex characters."""
    value = value.lower()
    return value if _PREFIX.fullmatch(value) else None


def normalise_key(key: str) -> str:
    """A channel's key as it is now: handles written down by older releases may have accents."""
    return without_accents(key) if key.startswith("@") else key


def video_hash(video_id: str) -> str:
    """SHA-256 of the UTF-8 video id, 64 hex characters."""
    return hashlib.sha256(video_id.encode()).hexdigest()


def bucket_of(video_id: str) -> str:
    """The first 4 hex characters of a video's hash: the bucket that holds it."""
    return video_hash(video_id)[:BUCKET_LENGTH]


def public_id(user_id: str, *, key: str) -> str:
    """What the server keeps of a wire user id: 32 hex of HMAC-SHA256 (docs/contract.md#r13)."""
    return hmac_sha256(key.encode(), user_id.encode()).hex()[:32]


def erasure_mark(public_id: str, *, key: str) -> str:
    """The mark that remembers an erased voter: unlike the public id, useless without the key."""
    return hmac_sha256(key.encode(), f"erased:{public_id}".encode()).hex()


def wire_user_id(local_id: str) -> str:
    """The user id a client sends for its UUID: 5,000 rounds of SHA-256 over hex text."""
    digest = local_id
    for _ in range(5_000):
        digest = hashlib.sha256(digest.encode()).hexdigest()
    return digest


def client_of(user_agent: str) -> tuple[str, str]:
    """The client's name and version, all that is kept of a user agent.

    `RealTube/0.1.0 Mozilla/5.0 ...` gives `("RealTube", "0.1.0")`. Control characters and lone
    surrogates go first, then everything past 128 code points (docs/contract.md#r17).
    """
    cleaned = "".join(c for c in user_agent.strip() if unicodedata.category(c) not in ("Cc", "Cs"))[
        :USER_AGENT_MAX
    ]
    product = cleaned.split(" ", 1)[0]
    name, _, version = product.partition("/")
    return name[:32], version[:32]


def plain_text(value: str) -> str | None:
    """Text as people write it, NFC and trimmed; None if it holds a lone surrogate.

    Line breaks become `\n`. Control and formatting characters that would hide or reorder what a
    moderator reads (NUL, escapes, bidirectional overrides) go.
    """
    if any(unicodedata.category(c) == "Cs" for c in value):
        return None
    lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in lines if c in "\n\t" or (unicodedata.category(c) != "Cc" and c not in _REORDERS)
    ).strip()


def line(value: str) -> str | None:
    """A line of text as people see it, NFC; None if it holds a lone surrogate.

    White space of any kind and length becomes one space. What cannot be seen goes: control
    characters, marks of direction and of no width, characters of no meaning. So two lines that
    look the same are the same more often, and none can hide or turn round what is beside it.
    """
    if any(unicodedata.category(c) == "Cs" for c in value):
        return None
    spaced = " ".join(unicodedata.normalize("NFC", value).split())
    seen = (c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn"))
    return " ".join("".join(seen).split())
