"""What the columns of a table, or the members of an object, say of a channel."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from channels.blocklists import keys
from channels.blocklists.entries import BLOCK, TIE, WARN, Entry, Refused, printable
from channels.blocklists.keys import Keys
from channels.blocklists.text import one_channel

KEY, HANDLE, ADDRESS = "key", "handle", "address"
_KEYS = {
    **dict.fromkeys(("channelid", "ucid", "youtubechannelid"), KEY),
    **dict.fromkeys(("handle", "channelhandle", "youtubehandle"), HANDLE),
    **dict.fromkeys(("channelurl", "channellink"), ADDRESS),
}
_OF_VIDEOS = "videoid"
_LEVEL = "level"
_LEVELS = frozenset({"", BLOCK, WARN, TIE})
# Say what has become of the channel: a word that is not understood is no yes.
_STATE = keys.words("status state action decision operation op change")
# Yes means that the channel is on the list.
_YES = keys.words(
    "active enabled current listed blocked blocklisted blacklisted banned flagged autoflag"
    " confirmed included ai isai slop isslop aislop"
)
# Yes, or a time, means that it is not.
_NO = keys.words(
    "removed deleted delisted unlisted unblocked unflagged cleared inactive disabled whitelist"
    " whitelisted allowlist allowlisted allow allowed exclude excluded exempt exempted exception"
    " ignore ignored invalid rejected dismissed reversed retracted withdrawn expired revoked"
    " closed obsolete human notai notslop falsepositive"
)
# None at all means that it is not, as in our own export: what was cleared has 0.
_SCORE = keys.words("score aiscore channelscore")
_AROUND = re.compile(r"^(?:is|was|channel|date)|(?:at|on|date|by|time)$")
# Hold words of people's own, which say nothing of the list.
_TEXTS = keys.words("name title channelname channeltitle displayname preferredname description")
# RealTube's own export, in which `auto_flag` alone says whether a channel is flagged.
_OWN = frozenset({"channel", "handle", "autoflag", "flaggedvideos", "locked"})
_EMPTY = frozenset(["", "none", "null", "nan", "never"])
_SHOWN_MAX = 40
_FORMULA = tuple("=+-@\t\r")


class Columns:
    """The columns by what they are for; `unread` are those of which only a clear no is heard.

    `names` may be empty. `found` has the columns that hold keys, where the names do not show it;
    `ignored` names columns that are not to be looked at.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        found: Mapping[int, str] | None = None,
        ignored: Collection[str] = (),
    ) -> None:
        words = [keys.plain_word(name) for name in names]
        self._names = list(names)
        self.are_own = _OWN.issubset(words)
        self.are_of_videos = _OF_VIDEOS in words
        self.keys = found or {n: _KEYS[word] for n, word in enumerate(words) if word in _KEYS}
        self._level = [n for n, word in enumerate(words) if word == _LEVEL]
        skipped = _TEXTS | {keys.plain_word(name) for name in ignored} | {_LEVEL}
        self._silent = {
            n
            for n, word in enumerate(words)
            if word in skipped or (self.are_own and word not in _YES)
        } | set(self.keys)
        self._says = {
            n: kind
            for n, word in enumerate(words)
            if n not in self._silent and (kind := _kind(word)) is not None
        }
        self.unread = [
            printable(name[:_SHOWN_MAX])
            for n, name in enumerate(names)
            if name and n not in self._silent and n not in self._says
        ]

    def entry(self, cells: Sequence[str], line: int) -> Entry:
        """The channel of a row. Raises `Refused` where it names none, or two, or says no."""
        cells = [_without_guard(cell.strip()) for cell in cells]
        if len(cells) <= max(self._says, default=-1):
            raise Refused("fewer cells than the header has")
        for n, cell in enumerate(cells):
            if n not in self._silent:
                self._refuse_a_no(n, cell)
        channel_id, handle = self._keys_of(cells)
        level = next((cells[n].lower() for n in self._level if n < len(cells)), "")
        if level not in _LEVELS:
            raise Refused("level has to be block, warn or tie")
        if level == TIE and (channel_id is None or handle is None):
            raise Refused("a tie needs channel_id and handle")
        return Entry(channel_id, handle, level or None, line)

    def _refuse_a_no(self, n: int, cell: str) -> None:
        word, kind = keys.plain_word(cell), self._says.get(n)
        if kind is _NO:
            is_no, is_yes = word not in _EMPTY | keys.NOT | {"0"}, True
        elif kind is _YES:
            is_no, is_yes = word in keys.NO | {"0"}, word in keys.YES | {"1"}
        elif kind is _SCORE:
            is_no, is_yes = re.fullmatch(r"[-+]?0+(?:[.,]0*)?", cell) is not None, True
        else:
            is_no, is_yes = bool(keys.no_in(cell)), kind is None or word in keys.YES | _EMPTY
        if is_no or not is_yes:
            name = f'"{self._names[n][:_SHOWN_MAX]}"' if n < len(self._names) else str(n + 1)
            said = f'the column {name} says "{cell[:_SHOWN_MAX]}"'
            raise Refused(printable(said if is_no else f"{said}, which is not understood"))

    def _keys_of(self, cells: Sequence[str]) -> Keys:
        found: list[Keys] = []
        unclear = None
        for n, kind in self.keys.items():
            cell = cells[n] if n < len(cells) else ""
            try:
                if cell:
                    found.append(_handle(cell) if kind == HANDLE else _channel(cell))
            except Refused as refused:
                # Some addresses name no key, which matters only if nothing else does.
                if kind != ADDRESS:
                    raise
                unclear = refused
        ids, handles = ({pair[n] for pair in found} - {None} for n in (0, 1))
        if len(ids) > 1 or len(handles) > 1:
            raise Refused("its columns name two channels")
        if not found:
            raise unclear or Refused("neither channel_id nor handle")
        return next(iter(ids), None), next(iter(handles), None)


def _kind(word: str) -> frozenset[str] | None:
    """Which of the kinds of columns that say something a name belongs to."""
    for kind in (_STATE, _YES, _NO, _SCORE):
        for name in (word, _AROUND.sub("", word, count=1), _AROUND.sub("", word)):
            if name in kind:
                return kind
    return None


def _channel(cell: str) -> Keys:
    entry = one_channel(cell, 0)
    return entry.channel_id, entry.handle


def _handle(cell: str) -> Keys:
    if "/" in cell:
        return _channel(cell)
    if re.fullmatch(keys.ID, cell):
        raise Refused("an id in a column of handles")
    return None, keys.handle(cell)


def _without_guard(cell: str) -> str:
    """Without the apostrophe that keeps spreadsheets from taking a cell for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
