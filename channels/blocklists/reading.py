"""Reading a list of any known format: every line gives entries, or is counted for what it is."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO

from channels.blocklists import archives, documents, filters, tables
from channels.blocklists.entries import (
    Entry,
    Read,
    Reads,
    Reject,
    Tally,
    UnreadableList,
    printable,
    stronger,
)
from channels.blocklists.text import Text, is_comment, licences, plain

_SAMPLE = 200


@dataclass
class Reading:
    """A list that is being read: iterate over it once for its entries, in order.

    `tally` grows meanwhile. `licence` is what the file says, or empty. `unread` names columns of
    which only a clear no is heard. `ended`: the file does not stop within a line.
    """

    format: str
    reads: Reads
    text: Text
    ended: bool
    licence: str = ""
    unread: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def __iter__(self) -> Iterator[Entry]:
        """The entries, also those that are there twice. Raises `UnreadableList` if none is."""
        for read in self.lines():
            yield from read.entries

    def lines(self) -> Iterator[Read]:
        """What each line gave. Raises `UnreadableList` after the last if none gave an entry."""
        first: Reject | None = None
        last: Read | None = None
        for read in self.reads:
            self.tally.add(read)
            first = first or next(iter(read.rejects), None)
            if last:
                yield last
            last = read
        if last and not self.ended:
            last.entries = [replace(entry, cut=True) for entry in last.entries]
        if last:
            yield last
        if not self.tally.taken:
            why = f"; line {first.line}: {first.reason}" if first else ""
            raise UnreadableList(f"no channel in it (read as {self.format}{why})")


@dataclass(frozen=True, slots=True)
class ParsedList:
    """Entries without duplicates, in order; `merged` counts the duplicates. Lines are 1-based."""

    format: str
    entries: list[Entry]
    rejects: list[Reject]
    merged: int
    tally: Tally
    licence: str
    unread: list[str]


@contextmanager
def open_list(
    file: BinaryIO,
    *,
    ignored_columns: Collection[str] = (),
    most_bytes: int = archives.UNPACKED_MAX_BYTES,
) -> Iterator[Reading]:
    """Recognise a list in a file that can be read from any place.

    What is wrong with one line (also bytes that are not UTF-8) rejects that line only.
    Raises `UnreadableList` for what is no list, for what unpacks to more than `most_bytes`, and
    where it is unclear what is listed.
    """
    with archives.unpacked(file, most_bytes=most_bytes) as (unpacked, licence):
        reading = _recognise(Text(unpacked), frozenset(ignored_columns))
        reading.licence = printable(licence or reading.licence)
        yield reading


def parse(data: bytes, *, ignored_columns: Collection[str] = ()) -> ParsedList:
    """A whole list in memory: plain, filter rules, JSON or a table. Raises `UnreadableList`."""
    entries: dict[tuple[str | None, str | None], Entry] = {}
    rejects: list[Reject] = []
    with open_list(io.BytesIO(data), ignored_columns=ignored_columns) as reading:
        for read in reading.lines():
            rejects += read.rejects
            for entry in read.entries:
                old = entries.setdefault((entry.channel_id, entry.handle), entry)
                level = stronger(old.level, entry.level)
                entries[entry.channel_id, entry.handle] = replace(old, level=level)
    tally = reading.tally
    return ParsedList(
        reading.format,
        list(entries.values()),
        rejects,
        tally.entries - len(entries),
        tally,
        reading.licence,
        reading.unread,
    )


def _recognise(text: Text, ignored: frozenset[str]) -> Reading:
    start = text.start()
    if start[0] == "<":
        raise UnreadableList("a web page, not a list")
    if start[0] in "[{" and not filters.is_header(start):
        found = documents.recognise(text, ignored)
        ended = text.ended or found.is_whole
        return Reading(found.format, found.reads, text, ended, found.licence)
    licence = _licence(text)
    sample = _sample(text)
    of_rules = filters.is_header(start) or not sample
    table = None if of_rules else tables.with_header(sample, ignored)
    if of_rules or (not table and _are_rules(sample)):
        return Reading("adblock", filters.read(text), text, text.ended, licence)
    table = table or tables.by_content(sample, ignored)
    if not table:
        return Reading("plain", plain(text), text, text.ended, licence)
    name = "realtube" if table.columns.are_own else "csv"
    unread = table.columns.unread
    return Reading(name, tables.read(text, table), text, text.ended, licence, unread)


def _sample(text: Text) -> list[tuple[int, str]]:
    """The first lines, from the first that is neither blank nor a comment."""
    lines = text.lines()
    first = next((line for line in lines if line[1].strip() and not is_comment(line[1])), None)
    return [] if first is None else [first, *islice(lines, _SAMPLE)]


def _are_rules(sample: list[tuple[int, str]]) -> bool:
    filled = [line for _, line in sample if line.strip() and not is_comment(line)]
    return len(filled) <= 2 * sum(map(filters.is_rule, filled)) > 0


def _licence(text: Text) -> str:
    """What a comment among the first lines names as the licence; empty if none does."""
    head = (line for _, line in islice(text.lines(), _SAMPLE))
    return licences(filter(is_comment, head))
