"""Whose cards a selector of a filter list hides, if it hides those of exactly one channel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from channels.blocklists import keys
from channels.blocklists.entries import Refused
from channels.blocklists.keys import Keys

EXCEPTED = "excepted by :not()"
NO_CARD = "hides something else than a card"
A_PART = "hides a part of a card, not the card"
SOME_CARDS = "hides only some of a channel's cards"
MORE_CARDS = "also hides what is not the channel's"
NO_CHANNEL = "no channel id or @handle in a href selector"
SEVERAL = "names several channels"
BY_TEXT = "goes by a name or a text, which is no key"
A_STYLE = "a style, which hides nothing"
LOOSE = "a prefix or a part of a link, which may be other channels' too"
UNCLEAR = "a selector that is not understood"

# What YouTube shows a video, a playlist or a channel in, of which one channel is the owner.
CARDS = keys.words(
    """
    ytd-rich-item-renderer ytd-rich-grid-media ytd-rich-grid-slim-media ytd-video-renderer
    ytd-compact-video-renderer ytd-grid-video-renderer ytd-playlist-video-renderer
    ytd-playlist-panel-video-renderer ytd-reel-item-renderer ytd-reel-video-renderer
    ytd-channel-renderer ytd-grid-channel-renderer ytd-playlist-renderer
    ytd-grid-playlist-renderer ytd-compact-playlist-renderer ytd-movie-renderer
    ytd-compact-movie-renderer ytd-grid-movie-renderer yt-lockup-view-model
    ytm-shorts-lockup-view-model ytm-shorts-lockup-view-model-v2 ytm-lockup-view-model
    ytm-video-with-context-renderer ytm-compact-video-renderer ytm-rich-item-renderer
    ytm-media-item ytm-large-media-item ytm-video-card-renderer ytm-reel-item-renderer
    ytm-playlist-video-renderer ytm-playlist-panel-video-renderer ytm-compact-channel-renderer
    ytm-compact-playlist-renderer ytmusic-responsive-list-item-renderer
    ytmusic-two-row-item-renderer
    """
)
_HAS = frozenset({"has", "-abp-has"})
_ANY = frozenset({"is", "where", "matches"})
_UPWARD = "upward"
_KNOWN = _HAS | _ANY | {"not", _UPWARD}
_REFUSED = {
    **dict.fromkeys(("has-text", "contains", "-abp-contains"), BY_TEXT),
    "style": A_STYLE,
}
_DEPTH_MAX = 8
_COMBINATOR = re.compile(r"\s*(?P<sign>[>+~,])\s*|\s+")
_TAG = re.compile(r"[A-Za-z][\w-]*|\*")
_SIMPLE = re.compile(r"[.#][\w-]+")
_ATTRIBUTE = re.compile(
    r"""\[\s*(?P<name>[\w-]+)\s*(?:(?P<how>[*^$~|]?=)\s*
    (?:"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)'|(?P<bare>[^\s\]"'\\]+))(?:\s+[iIsS])?\s*)?\]""",
    re.VERBOSE,
)
_BRACKET = re.compile(r"[()]|\"[^\"]*\"|'[^']*'")
_PSEUDO = re.compile(r":(-?[a-z][a-z-]*)(\()?")
_ID_IN_LINK = re.compile(rf"(?:^|/)({keys.ID})(?=$|[/?#&])")
_HANDLE_IN_LINK = re.compile(r"(?:^|/)((?:@|%40)[^/?#&]*)(?P<closed>[/?#&])?")


@dataclass
class Hides:
    """The keys of one channel that a selector hides, and what of it was left out, and why."""

    channels: list[Keys] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Compound:
    """What is between two combinators: links by operator and value, pseudo-classes."""

    begun: bool = False
    tag: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    pseudos: list[tuple[str, str]] = field(default_factory=list)


_Complex = list[_Compound]


def hides(selector: str) -> Hides:
    """What each selector of a list of them, separated by commas, hides."""
    result = Hides()
    try:
        complexes = _parse(selector, 0)
    except Refused as refused:
        return Hides(left_out=[(selector, str(refused))])
    for complex_ in complexes:
        try:
            channels, excepted = _hidden(complex_)
        except Refused as refused:
            result.left_out.append((selector, str(refused)))
            continue
        result.channels += channels
        result.left_out += [(f"@{key[1]}" if key[1] else str(key[0]), EXCEPTED) for key in excepted]
    return result


def _hidden(complex_: _Complex) -> tuple[list[Keys], list[Keys]]:
    """The one channel whose cards are hidden, and those whose cards are spared."""
    *around, subject = complex_
    tags, pseudos = _meant(subject)
    if not tags or not tags <= CARDS:
        in_card = subject.links or any(compound.tag in CARDS for compound in around)
        raise Refused(A_PART if in_card else NO_CARD)
    if any(compound.links or _groups(compound.pseudos, 1) for compound in around):
        raise Refused(MORE_CARDS)
    groups = [[_linked(*link)] for link in subject.links] + _groups(pseudos, 1)
    excepted = [key for name, given in pseudos if name == "not" for key in _spared(given, 1)]
    if not any(groups):
        raise Refused(EXCEPTED if excepted else NO_CHANNEL)
    if not all(groups):
        raise Refused(SOME_CARDS)
    found = _one_channel(groups)
    if not set(found).isdisjoint(excepted):
        raise Refused(EXCEPTED)
    return found, excepted


def _meant(subject: _Compound) -> tuple[set[str], list[tuple[str, str]]]:
    """The tags of what is hidden, and the conditions upon it."""
    *earlier, last = [*subject.pseudos] or [("", "")]
    if last[0] == _UPWARD:
        return _tags(last[1]), earlier
    if subject.tag or subject.links:
        return {subject.tag}, subject.pseudos
    tags = {tag for name, given in subject.pseudos if name in _ANY for tag in _tags(given)}
    return tags, [pseudo for pseudo in subject.pseudos if pseudo[0] not in _ANY]


def _groups(pseudos: Iterable[tuple[str, str]], depth: int) -> list[list[Keys]]:
    """For each condition the channels that meet it; `:is()` is one only if it is about links."""
    groups = []
    for name, given in pseudos:
        if name in _HAS | _ANY:
            found = _alternatives(given, depth)
            if found or name in _HAS:
                groups.append(found)
        elif name != "not":
            raise Refused(UNCLEAR)
    return groups


def _alternatives(selector: str, depth: int) -> list[Keys]:
    """The channels of which one has to be linked; none if the selector is about no channel."""
    found = [_within(complex_, depth) for complex_ in _parse(selector, depth)]
    if any(found) and not all(found):
        raise Refused(MORE_CARDS)
    return list(dict.fromkeys(key for alternative in found for key in alternative))


def _within(complex_: _Complex, depth: int) -> list[Keys]:
    groups = [[_linked(*link)] for compound in complex_ for link in compound.links]
    for compound in complex_:
        groups += _groups(compound.pseudos, depth + 1)
        if any(_spared(given, depth + 1) for name, given in compound.pseudos if name == "not"):
            raise Refused(EXCEPTED)
    return _one_channel([group for group in groups if group])


def _one_channel(groups: list[list[Keys]]) -> list[Keys]:
    """The keys of one channel: all groups have to match, of each group one key."""
    found = list(dict.fromkeys(key for group in groups for key in group))
    ids, handles = [key for key in found if key[0]], [key for key in found if key[1]]
    if len(ids) > 1 or len(handles) > 1 or (len(groups) > 1 and len(found) > 1):
        raise Refused(SEVERAL)
    return found


def _spared(selector: str, depth: int) -> list[Keys]:
    """The channels that `:not()` names. Raises `Refused` if it spares more than channels."""
    found: list[Keys] = []
    for complex_ in _parse(selector, depth):
        for compound in complex_:
            found += [_linked(*link) for link in compound.links]
            for name, given in compound.pseudos:
                inner = _spared(given, depth + 1)
                if name != "not" and not inner:
                    raise Refused(SOME_CARDS)
                found += inner
    return found


def _tags(selector: str) -> set[str]:
    """The tags of which a list of plain selectors is made."""
    found = set()
    for complex_ in _parse(selector, 1):
        *_, last = complex_
        if last.links or last.pseudos:
            raise Refused(UNCLEAR)
        found.add(last.tag)
    return found


def _linked(how: str, value: str) -> Keys:
    """The channel to which a link of this value leads, and no other's."""
    if how not in ("=", "^=", "*=", "$="):
        raise Refused(UNCLEAR)
    if how != "=":
        whole = _ID_IN_LINK.search(value)
        if whole:
            return whole[1], None
        handle = _HANDLE_IN_LINK.search(value)
        if handle and (handle["closed"] or how == "$="):
            return None, keys.handle(handle[1])
        if handle or "UC" in value:
            raise Refused(LOOSE)
    return keys.channel(value)


def _parse(selector: str, depth: int) -> list[_Complex]:
    """A list of selectors, each the compounds from the outermost to the one that is meant.

    Raises `Refused` for what is not understood, and for siblings, which are other cards.
    """
    if depth > _DEPTH_MAX:
        raise Refused(UNCLEAR)
    result: list[_Complex] = [[_Compound()]]
    text, at = selector.strip(), 0
    while at < len(text):
        last = result[-1][-1]
        between = _COMBINATOR.match(text, at)
        if not between:
            at = _part(text, at, last)
            continue
        at = between.end()
        if between["sign"] in ("+", "~"):
            raise Refused(UNCLEAR)
        if between["sign"] == ",":
            result.append([_Compound()])
        elif last.begun:
            result[-1].append(_Compound())
    if not all(complex_[-1].begun for complex_ in result):
        raise Refused(UNCLEAR)
    return result


def _part(text: str, at: int, compound: _Compound) -> int:
    """Read one simple selector into the compound; where the next one begins."""
    tag = None if compound.begun else _TAG.match(text, at)
    compound.begun = True
    if tag:
        compound.tag = tag[0].lower()
        return tag.end()
    if attribute := _ATTRIBUTE.match(text, at):
        if attribute["name"].lower() == "href" and attribute["how"]:
            value = next(v for v in attribute.group("double", "single", "bare") if v is not None)
            compound.links.append((attribute["how"], value.strip()))
        return attribute.end()
    if pseudo := _PSEUDO.match(text, at):
        name = pseudo[1]
        if name not in _KNOWN:
            raise Refused(_REFUSED.get(name, f":{name} is not understood"))
        end = _closing(text, pseudo.end() - 1) if pseudo[2] else -1
        if end < 0:
            raise Refused(UNCLEAR)
        compound.pseudos.append((name, text[pseudo.end() : end]))
        return end + 1
    if simple := _SIMPLE.match(text, at):
        return simple.end()
    raise Refused(UNCLEAR)


def _closing(text: str, at: int) -> int:
    """Where the bracket that opens at `at` is closed, quotes aside; -1 if it is not."""
    depth = 0
    for token in _BRACKET.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.start()
    return -1
