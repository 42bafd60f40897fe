"""What people paste: addresses of YouTube pages, ids, handles and names. Pure.

The extension reads the same (clients/typescript/src/address.ts): clients/vectors/addresses.json
holds both to it, and a random search in the extension's tests compares them.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from common import ids

Wanted = Literal["video", "channel"]
Target = tuple[Wanted, str]

# What may be around it: spaces, what cannot be seen, quotes, brackets, ends of sentences.
_AROUND = (
    "".join(
        chr(code)
        for first, last in (
            *((0x00, 0x20), (0x7F, 0xA0), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F)),
            *((0x2018, 0x201F), (0x300C, 0x300F)),
        )
        for code in range(first, last + 1)
    )
    + "\xad\u061c\u1680\u180e\u2026\u3000\ufeff\xab\xbb\u2039\u203a\"'`<>()[]{}*.,;:!?"
)
# Two joiners that cannot be seen either, U+200C and U+200D, belong to words.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_ENCODED = re.compile(r"(?:https?:|https?%3a)?%2f%2f", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(
    r"(?:(?:https?:)?//)?"
    r"(?:[a-z0-9-]+\.)?(?:youtube\.com|youtube-nocookie\.com|youtubekids\.com|(?P<short>youtu\.be))"
    r"\.?(?::[0-9]+)?(?![^/?#])(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_VIDEO = re.compile(r"([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])")
_CHANNEL = re.compile(r"(UC[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
# As lists have it, with a name or a remark behind it: nothing else begins like that.
_CHANNEL_LINE = re.compile(r"(UC[A-Za-z0-9_-]{22})(?:[\t\r\n ,;].*)?", re.DOTALL)
# Words without a capital or a small letter, and words put together, each with a capital at most,
# perhaps with digits at the end. One in fifty of all ids looks like that, and nearly every name.
_LIKE_A_NAME = re.compile(
    r"[^A-Z]*|[^a-z]*|[A-Z]?[a-z]+(?:[_-]?[A-Z][a-z]+|[_-][a-z]+)*[_-]?[0-9]*"
)
_VIDEO_PATHS = frozenset({"shorts", "embed", "live", "v", "e", "video"})
# They are where an embedded player's address has its id.
_NO_VIDEOS = frozenset({"videoseries", "live_stream"})
# Pages that lead to another one, and where they name it.
_LEADS_ON = {"attribution_link": "u", "redirect": "q", "m": "continue"}
_NAMES = frozenset({"c", "user"})
# Pages of YouTube itself, where older channels have their name. The others are not worth the list.
_PAGES = frozenset(
    {
        *_VIDEO_PATHS,
        *_LEADS_ON,
        *_NAMES,
        *("about", "account", "channel", "clip", "feed", "gaming", "hashtag", "playlist"),
        *("post", "premium", "results", "signin", "source", "t", "upload", "watch"),
    }
)


class Meant(NamedTuple):
    """What a text means, and the key of that.

    `video`: its id. `channel`: its id, or `@handle` in normal form. `legacy`: the name in an
    address of the form `/c/name`, `/user/name` or `/name`, which only YouTube can resolve.
    `word`: one word that is no address, no id and no handle with `@`; both in normal form.
    """

    kind: Literal["video", "channel", "legacy", "word"]
    key: str


def read(text: str, wanted: Wanted | None = None) -> Meant | None:
    """What somebody pasted or typed; None if it means nothing.

    A word of 11 characters may be a video's id or a channel's name: it is an id where a video is
    `wanted`, a word where a channel is, and where either may be an id unless it reads like a name.
    """
    text = _INVISIBLE.sub("", text).strip(_AROUND)
    if _ENCODED.match(text):
        text = ids.percent_decoded(text) or ""
    if text.startswith(("@", "%40")):
        return _handle(re.split(r"[/?#]", text, maxsplit=1)[0])
    if line := _CHANNEL_LINE.fullmatch(text):
        return Meant("channel", line[1])
    if address := _address(text):
        return _page(address)
    if _VIDEO.fullmatch(text) and (
        wanted == "video" or (wanted is None and not _LIKE_A_NAME.fullmatch(text))
    ):
        return Meant("video", text)
    # A dot makes it look like an address of somebody else's.
    word = None if "." in text else ids.normalise_handle(text)
    return Meant("word", word) if word else None


def parse(text: str, wanted: Wanted | None = None) -> Target | None:
    """The video, by its id, or the channel, by its id or `@handle` in normal form, that is meant.

    Only of the kind that is `wanted`, if one is. None for all else.
    """
    meant = read(text, wanted)
    if meant is None or meant.kind not in ((wanted,) if wanted else ("video", "channel")):
        return None
    return (meant.kind, meant.key)  # type: ignore[return-value] # the other kinds are ruled out


def _page(address: re.Match[str], *, followed: bool = False) -> Meant | None:
    segments = [segment for segment in address["path"].split("/") if segment]
    first, second, *_ = [*segments, "", ""]
    query = address["query"] or ""
    if address["short"] and (video := _video(first)):
        return video
    if first.startswith(("@", "%40")):
        return _handle(first)
    if first in ("", "watch"):
        return _video(_parameter(query, "v")) or _video(second)
    if first in _VIDEO_PATHS:
        return _video(second) or (
            _channel(_parameter(query, "channel")) if second == "live_stream" else None
        )
    if first == "channel":
        return _channel(second)
    if first in _LEADS_ON and not followed:
        return _led_to(_parameter(query, _LEADS_ON[first]))
    if first in _NAMES:
        return _legacy(second)
    return None if first in _PAGES or address["short"] else _legacy(first)


def _led_to(given: str) -> Meant | None:
    """The page that another leads to, which may be given without its host."""
    address = _address(ids.percent_decoded(given) or "")
    return _page(address, followed=True) if address else None


def _address(text: str) -> re.Match[str] | None:
    is_path = text.startswith("/") and not text.startswith("//")
    return _ADDRESS.fullmatch(f"youtube.com{text}" if is_path else text)


def _parameter(query: str, name: str) -> str:
    """The first of this name, still encoded; a `;` is what is left of a copied `&amp;`."""
    for part in re.split(r"[&;]", query):
        key, _, value = part.partition("=")
        if key == name:
            return value
    return ""


def _video(given: str) -> Meant | None:
    """From an id, whatever a sentence left behind it."""
    found = _VIDEO.match(ids.percent_decoded(given) or "")
    return Meant("video", found[1]) if found and found[1] not in _NO_VIDEOS else None


def _channel(given: str) -> Meant | None:
    found = _CHANNEL.match(ids.percent_decoded(given) or "")
    return Meant("channel", found[1]) if found else None


def _handle(given: str) -> Meant | None:
    handle = ids.normalise_handle(given)
    return Meant("channel", f"@{handle}") if handle else None


def _legacy(given: str) -> Meant | None:
    name = ids.normalise_handle(given)
    return Meant("legacy", name) if name else None
