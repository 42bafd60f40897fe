"""Tables: CSV with commas, semicolons or tabs, with a header or without."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice

from channels.blocklists import keys
from channels.blocklists.columns import KEY, Columns
from channels.blocklists.entries import (
    Entry,
    Read,
    Reads,
    Refused,
    UnreadableList,
    printable,
    read_one,
)
from channels.blocklists.keys import Keys
from channels.blocklists.text import LINE_MAX, Text, not_a_row, one_channel

_DELIMITERS = "\t;,"
# How far a cell with line breaks may go: a stray quote must not eat the rest of a file.
_ROW_LINES_MAX = 50
_COLUMNS_MAX = 100


@dataclass(frozen=True)
class Table:
    """How a file is a table; `header` is the number of its header's line, or 0."""

    delimiter: str
    columns: Columns
    header: int


def with_header(sample: Sequence[tuple[int, str]], ignored: Collection[str]) -> Table | None:
    """The table whose header says which columns hold channels; None if none does.

    `sample` are the first lines from the first that is no comment. Raises `UnreadableList` for a
    table of videos.
    """
    number, first = sample[0]
    for delimiter, names in sorted(_tried(first), key=lambda one: -len(one[1])):
        columns = Columns(names, ignored=ignored)
        if columns.are_of_videos and len(names) > 1:
            raise UnreadableList("a table of videos, not of channels")
        if columns.keys:
            return Table(delimiter, columns, number)
    return None


def by_content(sample: Sequence[tuple[int, str]], ignored: Collection[str]) -> Table | None:
    """The table whose cells show which columns hold channels; None if it is no table.

    Raises `UnreadableList` where columns disagree.
    """
    number, first = sample[0]
    for delimiter, cells in sorted(_tried(first), key=lambda one: -_keys_among(one[1])):
        headless = _keys_among(cells) > 0
        if len(cells) == 1 or (not headless and _is_channel(first)):
            continue
        names = [] if headless else cells
        rows = [_cells(line, delimiter) or [] for _, line in sample[len(names) > 0 :]]
        if found := _columns_of_keys(rows, names):
            columns = Columns(names, found=dict.fromkeys(found, KEY), ignored=ignored)
            return Table(delimiter, columns, number if names else 0)
    return None


def _tried(line: str) -> list[tuple[str, list[str]]]:
    return [(d, [cell.strip() for cell in _cells(line, d) or [line]]) for d in _DELIMITERS]


def _keys_among(cells: Sequence[str]) -> int:
    return sum(_key(cell) is not None for cell in cells)


def read(text: Text, table: Table) -> Reads:
    """Each row. Comments come before the header; without one they may be anywhere."""
    for number, line, lines in _rows(text, table):
        if number == table.header:
            yield Read(number, comment=True)
            continue
        if other := _no_row(number, line, table):
            yield other
            continue
        yield read_one(number, line, partial(_row, line, number, table), lines=lines)


def _no_row(number: int, line: str, table: Table) -> Read | None:
    if number < table.header or not table.header or not line.strip():
        return not_a_row(number, line)
    return None


def _rows(text: Text, table: Table) -> Iterator[tuple[int, str, int]]:
    """The rows with their first lines' numbers and how many lines they take."""
    rest = text.lines()
    ahead: deque[str] = deque()
    number = 0
    while (row := ahead.popleft() if ahead else _next(rest)) is not None:
        number += 1
        lines = 1
        if (
            row.count('"') % 2
            and not _no_row(number, row, table)
            and _cells(row, table.delimiter) is None
        ):
            ahead.extend(line for _, line in islice(rest, _ROW_LINES_MAX - len(ahead)))
            lines = _lines_of(row, ahead, table.delimiter)
            row = "\n".join([row, *(ahead.popleft() for _ in range(lines - 1))])
        yield number, row, lines
        number += lines - 1


def _next(rest: Iterator[tuple[int, str]]) -> str | None:
    return next(rest, (0, None))[1]


def _lines_of(row: str, ahead: Sequence[str], delimiter: str) -> int:
    """How many lines a row takes whose quote is open; 1 if the quote is a stray one."""
    for taken, line in enumerate(ahead, start=1):
        if line.count('"') % 2:
            whole = "\n".join([row, *islice(ahead, taken)])
            return 1 if _cells(whole, delimiter) is None else taken + 1
    return 1


def _row(line: str, number: int, table: Table) -> Entry:
    if len(line) > LINE_MAX:
        raise Refused(f"longer than {LINE_MAX} characters")
    cells = _cells(line, table.delimiter)
    if cells is None:
        raise Refused("broken CSV quoting")
    return table.columns.entry(cells, number)


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of one row; None if its quoting is broken."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _key(cell: str) -> Keys | None:
    try:
        return keys.channel(cell)
    except Refused:
        return None


def _is_channel(line: str) -> bool:
    try:
        one_channel(line, 0)
    except Refused:
        return False
    return True


def _columns_of_keys(rows: Sequence[Sequence[str]], names: Sequence[str]) -> list[int]:
    """The columns that hold channels: half of their cells or more do, and all agree.

    Under a header that does not say so, a column of handles next to one of ids may be anybody's:
    the reporter's, say.
    """
    found: dict[int, list[Keys | None]] = {}
    for n in range(min(_COLUMNS_MAX, max(map(len, rows), default=0))):
        filled = [row[n].strip() for row in rows if n < len(row) and row[n].strip()]
        if 2 * sum(_key(cell) is not None for cell in filled) >= max(1, len(filled)):
            found[n] = [_key(row[n]) if n < len(row) else None for row in rows]
    with_ids = [n for n, held in found.items() if any(pair and pair[0] for pair in held)]
    with_handles = [n for n in found if n not in with_ids]
    for same in (with_ids, with_handles):
        for one, other in combinations(same, 2):
            if any(a and b and a != b for a, b in zip(found[one], found[other], strict=True)):
                shown = [f'"{names[n]}"' if n < len(names) else str(n + 1) for n in (one, other)]
                raise UnreadableList(
                    printable(
                        f"the columns {shown[0]} and {shown[1]} name different channels; call the"
                        " one that is meant channel_id or handle"
                    )
                )
    return with_ids if with_ids and names else [*with_ids, *with_handles]
