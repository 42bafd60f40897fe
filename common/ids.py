"""The identifiers of the wire: their rules, normal forms and hashes. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote

from common.pseudonyms import hmac_sha256

VIDEO_ID_MAX = 16
CHANNEL_ID_MAX = 32
HANDLE_MAX = 64
USER_ID_MAX = 64
PREFIX_MIN, PREFIX_MAX = 4, 8
BUCKET_LENGTH = 4
USER_AGENT_MAX = 128

_VIDEO_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{VIDEO_ID_MAX}}}")
_CHANNEL_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{CHANNEL_ID_MAX}}}")
_USER_ID = re.compile(rf"[0-9a-f]{{1,{USER_ID_MAX}}}")
_PREFIX = re.compile(rf"[0-9a-f]{{{PREFIX_MIN},{PREFIX_MAX}}}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# YouTube allows letters, marks and digits of many scripts, these four signs, and the two
# joiners that some scripts need inside words.
_HANDLE_SIGNS = frozenset("_-.\u00b7\u30fb\u200c\u200d")

# White space to Python, and to JavaScript: the extension trims the same.
_WHITE_SPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# All that the Latin letters which Unicode composes with marks are made of.
_LATIN_WITH_MARKS = re.compile("([a-z\u00e6\u00f8\u0292])[\u0300-\u036f]+")

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


def normalise_handle(value: str) -> str | None:
    """The one form of a channel's handle: percent-decoded, case-folded, unaccented, without `@`.

    NFC before and after. YouTube gives `@cafécon` and `@cafecon` to one channel: marks on the
    letters a-z, `æ`, `ø` and `ʒ` go, which are all that Latin letters decompose to. Letters that
    do not decompose stay (`ł`, `ø`, `đ`, `æ`), and so do the marks of all other scripts: there
    they make another letter (`й`, `ガ`) or the vowel, and two channels made one would flag
    somebody for what the other did. None when nothing that YouTube would accept as a handle is
    left: 1-64 letters, marks or digits of any script that this Python's Unicode knows, and
    `_ - . ·` (docs/compact-format.md#handles).
    """
    decoded = percent_decoded(value.strip(_WHITE_SPACE))
    if decoded is None:
        return None
    value = decoded.strip(_WHITE_SPACE).removeprefix("@")
    folded = without_accents(unicodedata.normalize("NFC", value).casefold())
    if not 1 <= len(folded) <= HANDLE_MAX:
        return None
    if all(unicodedata.category(c)[0] in "LMN" or c in _HANDLE_SIGNS for c in folded):
        return folded
    return None


def without_accents(folded: str) -> str:
    """Case-folded text in NFC, its Latin letters without marks (see `normalise_handle`)."""
    bare = _LATIN_WITH_MARKS.sub(r"\1", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", bare)


def normalise_key(key: str) -> str:
    """A channel's key as it is now: handles written down by older releases may have accents."""
    return without_accents(key) if key.startswith("@") else key


def percent_decoded(value: str) -> str | None:
    """The text; None if a percent sign begins no byte, or the bytes are not UTF-8."""
    if "%" not in value:
        return value
    if _STRAY_PERCENT.search(value):
        return None
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return None


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
