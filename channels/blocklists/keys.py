"""What names one channel: an id, an @handle, an address; and words that take it back."""

from __future__ import annotations

import re
from itertools import dropwhile

from channels.blocklists.entries import Refused
from common import ids, youtube

Keys = tuple[str | None, str | None]
"""A channel's id and its handle in normal form; one of them may be None."""

ID = r"UC[A-Za-z0-9_-]{22}"
NO_KEY = "not an @handle, and no channel id (UC and 22 characters)"
NO_HANDLE = "not a handle that YouTube would accept"
OF_A_VIDEO = "the address of a video, not of a channel"
OLD_ADDRESS = "an address of the kind /c/ or /user/ names no handle and no id"
NOT_UTF8 = "not UTF-8"
_ID = re.compile(ID)
_PATTERN = re.compile(r"[*^|<>]")
_OLD = re.compile(r"(?:^|youtube\.com)/(?:c|user)/", re.IGNORECASE)


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


NOT = words("no false f n off")
# What a cell or a remark says when the channel is not, or no longer, on the list.
NO = NOT | words(
    "remove removed delete deleted delisted unlisted unlist unblock unblocked"
    " unban unbanned unflag unflagged clear cleared clearchannel unlockchannel whitelist"
    " whitelisted allow allowed allowlist allowlisted exempt exempted exclude excluded exception"
    " inactive disabled disable rejected dismissed reversed retracted withdrawn expired revoked"
    " closed obsolete human humanmade notai notslop nonai safe falsepositive"
)
# These say so also at the beginning of a sentence: `removed in May`, `not AI after all`.
_CLEAR_NO = words(
    "removed delisted unlisted unblocked unbanned unflagged cleared whitelisted notai notslop nonai"
    " falsepositive"
)
_BEFORE_IT = words("was is now has been since")
YES = words(
    "yes true t y on active block blocked blocklist blocklisted blacklist blacklisted listed list"
    " flag flagged flagchannel confirmed confirm add added ai aigenerated fullyai slop keep"
    " current enabled ban banned hide hidden"
)


def channel(text: str) -> Keys:
    """The channel that an id, an @handle or a page's address, also without host, names.

    Raises `Refused` with the reason for all else: names of videos and bare names are no keys.
    """
    text = text.strip()
    refuse_broken_bytes(text)
    # A parser of what people paste would take them off.
    if _PATTERN.search(text):
        raise Refused(NO_HANDLE if "@" in text else NO_KEY)
    if text.startswith("%40"):
        text = "@" + text.removeprefix("%40")
    page = f"https://www.youtube.com{text}" if re.match(r"/[^/]", text) else text
    found = youtube.parse(page)
    if found and found[0] == "channel":
        key = found[1]
        if key.startswith("@"):
            return None, key[1:]
        if _ID.fullmatch(key):
            return key, None
    if text.startswith("@") or "/@" in text:
        raise Refused(NO_HANDLE)
    if found and found[0] == "video" and "/" in text:
        raise Refused(OF_A_VIDEO)
    raise Refused(OLD_ADDRESS if _OLD.search(text) else NO_KEY)


def handle(text: str) -> str:
    """A handle in normal form, also without its @. Raises `Refused`."""
    refuse_broken_bytes(text)
    found = ids.normalise_handle(text)
    if found is None:
        raise Refused(NO_HANDLE)
    return found


def refuse_broken_bytes(text: str) -> None:
    """Raises `Refused` where bytes of the file were not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(NOT_UTF8) from None


def no_in(remark: str) -> str:
    """The word by which a remark takes a channel back; empty if it does not."""
    word = plain_word(remark)
    if word in NO:
        return word
    said = [*dropwhile(_BEFORE_IT.__contains__, re.findall(r"[^\W_]+", remark.casefold()))]
    return next((w for w in ("".join(said[:1]), "".join(said[:2])) if w in _CLEAR_NO), "")


def plain_word(text: str) -> str:
    """Letters and digits alone, without case: `Not AI`, `not_ai` and `notAi` are one word."""
    return re.sub(r"[\W_]+", "", text.casefold())
