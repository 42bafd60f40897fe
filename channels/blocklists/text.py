"""The lines of a file, in any encoding that lists come in, and the plainest of lists."""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO

from channels.blocklists import keys
from channels.blocklists.entries import Entry, Read, Reads, Refused, UnreadableList, read_one

LINE_MAX = 65_536
# JSON has to be read as a whole, and takes some ten times its size.
WHOLE_MAX_BYTES = 64 * 1024 * 1024
LICENCE_MAX = 100
_LINE_ENDS = {
    "utf-8-sig": (b"\n", b"\r"),
    "utf-16-le": (b"\n\0", b"\r\0"),
    "utf-16-be": (b"\0\n", b"\0\r"),
}
_LICENCE = re.compile(r"[!#/\s]*licen[cs]e\s*:\s*(\S.*)", re.IGNORECASE)
_ALSO_FROM = re.compile(r"[!#/\s]*also from (.+), licence (\S.*)", re.IGNORECASE)
# An id or an address ends where it ends, whatever is behind it. A handle with more behind it
# may be a name that begins with @, unless what follows is a comment.
_WITH_REMARK = re.compile(
    rf"(?:({keys.ID})(?=[\s,;|#:])"
    r"|((?i:https?:/|/|[\w.]{0,20}youtube\.com/)\S*)(?=\s)"
    r"|(@\S+)(?=\s+(?:#|//)))(?P<remark>.*)",
    re.DOTALL,
)


class Text:
    """A file as text: UTF-8, or UTF-16 with its mark. Each `lines()` reads it anew."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self._encoding = {
            codecs.BOM_UTF16_LE: "utf-16-le",
            codecs.BOM_UTF16_BE: "utf-16-be",
        }.get(file.read(2), "utf-8-sig")
        # Broken bytes become lone surrogates, which no id or handle may contain.
        self._errors = "surrogateescape" if self._encoding == "utf-8-sig" else "replace"
        ends = _LINE_ENDS[self._encoding]
        file.seek(max(0, self.size - len(ends[0])))
        self.ended = file.read() in ends
        """Whether the last line has a line end."""

    @property
    def position(self) -> int:
        """How many of the `size` bytes have been read."""
        return self._file.tell()

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line without its end, with its number from 1; of a long one `LINE_MAX` + 1."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding, self._errors)
        try:
            number = 0
            while line := text.readline(LINE_MAX + 1):
                number += 1
                rest = line
                while not rest.endswith("\n") and (rest := text.readline(LINE_MAX)):
                    pass
                yield number, (line.removeprefix("\ufeff") if number == 1 else line).rstrip("\n")
        finally:
            text.detach()

    def start(self) -> str:
        """The first line that is not blank. Raises `UnreadableList` if there is none."""
        for _, line in self.lines():
            if line.strip():
                return line.strip()
        raise UnreadableList("the file is empty")

    def whole(self) -> str:
        """All of it. Raises `UnreadableList` if it is too large."""
        if self.size > WHOLE_MAX_BYTES:
            raise UnreadableList(f"JSON of more than {WHOLE_MAX_BYTES // 1024**2} MB")
        self._file.seek(0)
        return self._file.read().decode(self._encoding, self._errors).removeprefix("\ufeff")


def is_comment(line: str) -> bool:
    """Whether a line that is not blank is a comment, where comments are allowed."""
    return line.lstrip()[:1] in ("!", "#")


def not_a_row(number: int, line: str) -> Read | None:
    """What a blank line or a comment gives; None for all else."""
    if not line.strip():
        return Read(number)
    return Read(number, comment=True) if is_comment(line) else None


def licence_in(line: str) -> str:
    """The licence that a comment names; empty if it names none."""
    found = _LICENCE.match(line)
    return found[1].strip()[:LICENCE_MAX] if found else ""


def also_from(name: str, licence: str) -> str:
    """The line by which our own lists and exports name a list that some of their flags are from."""
    return f"Also from {name}, licence {licence}"


def licences(lines: Iterable[str]) -> str:
    """The licence that a list's comments name, then those of the lists it was made from."""
    lines = list(lines)
    own = next(filter(None, map(licence_in, lines)), "")
    behind = [f"{found[1]}: {found[2].strip()}" for found in map(_ALSO_FROM.match, lines) if found]
    return "; ".join(filter(None, [own, *behind]))[:LICENCE_MAX]


def plain(text: Text) -> Reads:
    """A channel a line, `!` or `#` before comments."""
    for number, line in text.lines():
        yield not_a_row(number, line) or read_one(number, line, partial(one_channel, line, number))


def one_channel(text: str, line: int) -> Entry:
    """A channel with or without a remark behind it; one that takes it back is honoured.

    Raises `Refused`.
    """
    text = text.strip()
    remarked = _WITH_REMARK.fullmatch(text)
    if remarked:
        text = next(filter(None, remarked.groups()))
        if word := keys.no_in(remarked["remark"]):
            raise Refused(f'it says "{word}"')
    channel_id, handle = keys.channel(text)
    return Entry(channel_id, handle, None, line)
