"""The one form of a channel's handle (docs/compact-format.md#handles). Pure."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

HANDLE_MAX = 64
# YouTube allows letters, marks and digits of many scripts, these four signs, and the two
# joiners that some scripts need inside words.
_SIGNS = frozenset("_-.\u00b7\u30fb\u200c\u200d")
# White space to Python, and to JavaScript: the extension trims the same.
_WHITE_SPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# All that the Latin letters which Unicode composes with marks are made of.
_LATIN_WITH_MARKS = re.compile("([a-z\u00e6\u00f8\u0292])[\u0300-\u036f]+")


def normalise_handle(value: str) -> str | None:
    """The one form of a channel's handle: percent-decoded, case-folded, unaccented, without `@`.

    NFC before and after. YouTube gives `@cafécon` and `@cafecon` to one channel: marks on the
    letters a-z, `æ`, `ø` and `ʒ` go, which are all that Latin letters decompose to. Letters that
    do not decompose stay (`ł`, `ø`, `đ`, `æ`), and so do the marks of all other scripts: there
    they make another letter (`й`, `ガ`) or the vowel, and two channels made one would flag
    somebody for what the other did. None when nothing that YouTube would accept as a handle is
    left: 1-64 letters, marks or digits of any script that this Python's Unicode knows, and
    `_ - . ·`.
    """
    decoded = percent_decoded(value.strip(_WHITE_SPACE))
    if decoded is None:
        return None
    value = decoded.strip(_WHITE_SPACE).removeprefix("@")
    folded = without_accents(unicodedata.normalize("NFC", value).casefold())
    if not 1 <= len(folded) <= HANDLE_MAX:
        return None
    if all(unicodedata.category(c)[0] in "LMN" or c in _SIGNS for c in folded):
        return folded
    return None


def without_accents(folded: str) -> str:
    """Case-folded text in NFC, its Latin letters without marks (see `normalise_handle`)."""
    bare = _LATIN_WITH_MARKS.sub(r"\1", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", bare)


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
