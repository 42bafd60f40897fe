"""Lists of channels in the formats they come in, recognised by content. Pure."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from realtube.common import ids

BLOCK, WARN, TIE = "block", "warn", "tie"
REJECT_TEXT_MAX = 80

_ID = r"UC[A-Za-z0-9_-]{22}"
_CHANNEL_ID = re.compile(_ID)
_URL = re.compile(
    rf"(?i:(?:https?://)?(?:www\.|m\.)?youtube\.com)"
    rf"/(?:channel/(?P<id>{_ID})|(?P<handle>(?:@|%40)[^/?#]+))(?:[/?#].*)?"
)
_LINE_END = re.compile(r"\r\n|\n|\r")
_ADBLOCK_HEADER = re.compile(r"\[ad-?block", re.IGNORECASE)
_ADBLOCK_EXCEPTION = re.compile(r"@@|[^\"']*#@[?$%]?#")
_HREF = re.compile(r"""href\s*[*^$~|]?=\s*(?:"([^"]*)"|'([^']*)')""")
# The handle first: `@UC...` is a handle, even with 22 characters behind the UC.
_IN_HREF = re.compile(rf"(?P<handle>@[^/?#&\s]+)|(?<![\w-])(?P<id>{_ID})(?![\w-])")
_JSON_TOKEN = re.compile(r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")|\r\n|\n|\r')
_DELIMITERS = ",;\t"
# An entry without a level gets the import's: it flags, which a tie does not.
_STRENGTH = {TIE: 0, None: 1, WARN: 2, BLOCK: 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """A channel by `channel_id`, normal `handle` or both; `level` None is the import's level."""

    channel_id: str | None
    handle: str | None
    level: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Reject:
    """What was left out and why; `text` is printable and has at most 80 characters."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedList:
    """Entries without duplicates, in order; `merged` counts the duplicates. Lines are 1-based."""

    format: str
    entries: list[Entry]
    rejects: list[Reject]
    merged: int


class UnreadableList(ValueError):
    """The file is in no known format, or nothing in it is a channel."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Refused(Exception):
    """One entry cannot be used; the message is the reason."""


_Found = tuple[int, str, Callable[[], Entry]]


def parse(data: bytes) -> ParsedList:
    """Read a list: plain, Adblock filter, BlockTube, FreeTube, handle map or CSV.

    What is wrong with one line (also bytes that are not UTF-8) rejects that line only.
    Raises `UnreadableList` for broken or too deeply nested JSON and when no entry is valid.
    """
    # Broken bytes become lone surrogates, which no id or handle may contain.
    text = data.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    name, found = _recognise(text)
    entries: dict[tuple[str | None, str | None], Entry] = {}
    rejects: list[Reject] = []
    merged = 0
    for line, shown, read in found:
        try:
            entry = read()
        except _Refused as refused:
            rejects.append(Reject(line, printable(shown[:REJECT_TEXT_MAX]), str(refused)))
            continue
        key = (entry.channel_id, entry.handle)
        if key in entries:
            merged += 1
            level = stronger(entries[key].level, entry.level)
            entries[key] = replace(entries[key], level=level)
        else:
            entries[key] = entry
    if not entries:
        why = f"; line {rejects[0].line}: {rejects[0].reason}" if rejects else ""
        raise UnreadableList(f"no channel in it (read as {name}{why})")
    return ParsedList(name, list(entries.values()), rejects, merged)


def stronger(one: str | None, other: str | None) -> str | None:
    """The level that wins when a list has a channel twice: block, warn, None, tie."""
    return max(one, other, key=_STRENGTH.__getitem__)


def printable(text: str) -> str:
    """The text with `?` for each character that is not safe on a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _recognise(text: str) -> tuple[str, Iterator[_Found]]:
    start = text.lstrip()
    if not start:
        raise UnreadableList("the file is empty")
    lines = _LINE_END.split(text)
    if _ADBLOCK_HEADER.match(start):
        return "adblock", _adblock(lines)
    if start[0] in "[{":
        return _json(text)
    for number, line in enumerate(lines, start=1):
        if not _is_comment(line):
            delimiter = max(_DELIMITERS, key=line.count)
            header = [name.strip().lower() for name in _cells(line, delimiter) or []]
            if "channel_id" in header or "handle" in header:
                return "csv", _csv(lines, number, header, delimiter)
            break
    return "plain", _plain(lines)


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip()[0] in "!#"


def _plain(lines: list[str]) -> Iterator[_Found]:
    for number, line in enumerate(lines, start=1):
        if not _is_comment(line):
            yield number, line.strip(), partial(_channel, line, number)


def _adblock(lines: list[str]) -> Iterator[_Found]:
    for number, line in enumerate(lines, start=1):
        rule = line.strip()
        # A rule may begin with #, for all sites: only ! and the header are no rules here.
        if not rule or rule[0] == "!" or _ADBLOCK_HEADER.match(rule):
            continue
        if _ADBLOCK_EXCEPTION.match(rule):
            yield number, rule, partial(_refuse, "an exception rule blocks nothing")
            continue
        found = False
        for href in _HREF.finditer(rule):
            for key in _IN_HREF.finditer(href[1] or href[2] or ""):
                found = True
                yield number, key[0], partial(_channel, key[0], number)
        if not found:
            yield number, rule, partial(_refuse, "no channel id or @handle in a href selector")


def _json(text: str) -> tuple[str, Iterator[_Found]]:
    try:
        value = json.loads(text)
    except RecursionError:
        raise UnreadableList("JSON that is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableList(f"broken JSON: {error.msg} at line {error.lineno}") from None
    except ValueError:  # a number with thousands of digits
        raise UnreadableList("broken JSON: a number is too long") from None
    where = _string_lines(text)
    if isinstance(value, list):
        return "freetube", _freetube(value, where)
    if "filterData" not in value:
        return "handle-map", _handle_map(value, where)
    data = value["filterData"]
    channels = data.get("channelId") if isinstance(data, dict) else None
    if not isinstance(channels, list):
        raise UnreadableList("a BlockTube export without an array filterData.channelId")
    return "blocktube", _blocktube(channels, where)


def _string_lines(text: str) -> dict[str, int]:
    """The line on which each string of a valid JSON text appears first."""
    where: dict[str, int] = {}
    line = 1
    for token in _JSON_TOKEN.finditer(text):
        if token["string"] is None:
            line += 1
        else:
            where.setdefault(json.loads(token["string"]), line)
    return where


def _blocktube(values: list[Any], where: dict[str, int]) -> Iterator[_Found]:
    line = 1
    for value in values:
        if not isinstance(value, str):
            yield line, _shown(value), partial(_refuse, "not a string")
            continue
        line = where.get(value, line)
        if value.strip() and not value.lstrip().startswith("//"):
            yield line, value, partial(_channel, value, line)


def _freetube(values: list[Any], where: dict[str, int]) -> Iterator[_Found]:
    line = 1
    for value in values:
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str):
            yield line, _shown(value), partial(_refuse, "not an object with a name")
            continue
        line = where.get(name, line)
        yield line, name, partial(_channel, name, line)


def _handle_map(values: dict[str, Any], where: dict[str, int]) -> Iterator[_Found]:
    for handle, channel_id in values.items():
        line = where.get(handle, 1)
        if isinstance(channel_id, str):
            shown = f"{handle}: {channel_id}"
            yield line, shown, partial(_tie, handle, channel_id, line)
        else:
            yield line, handle, partial(_refuse, "a handle has to map to a channel id")


def _csv(lines: list[str], header_line: int, header: list[str], delimiter: str) -> Iterator[_Found]:
    for number, line in enumerate(lines[header_line:], start=header_line + 1):
        if not _is_comment(line):
            yield number, line, partial(_row, line, number, header, delimiter)


def _row(line: str, number: int, header: list[str], delimiter: str) -> Entry:
    cells = _cells(line, delimiter)
    if cells is None:
        raise _Refused("broken CSV quoting")
    row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    channel_id, handle = row.get("channel_id") or None, row.get("handle") or None
    level = row.get("level", "").lower() or None
    if channel_id is None and handle is None:
        raise _Refused("neither channel_id nor handle")
    if level not in _STRENGTH:
        raise _Refused("level has to be block, warn or tie")
    if level == TIE and (channel_id is None or handle is None):
        raise _Refused("a tie needs channel_id and handle")
    return Entry(
        channel_id=None if channel_id is None else _id(channel_id),
        handle=None if handle is None else _handle(handle),
        level=level,
        line=number,
    )


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line; None if broken. By line, or one stray quote would eat the rest."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _tie(handle: str, channel_id: str, line: int) -> Entry:
    if not handle.strip().startswith(("@", "%40")):
        raise _Refused("a handle begins with @")
    return Entry(channel_id=_id(channel_id), handle=_handle(handle), level=TIE, line=line)


def _channel(text: str, line: int) -> Entry:
    """An id, an @handle or the address of a channel's page."""
    text = text.strip()
    url = _URL.fullmatch(text)
    if url:
        text = url["id"] or url["handle"]
    if text.startswith(("@", "%40")):
        return Entry(channel_id=None, handle=_handle(text), level=None, line=line)
    return Entry(channel_id=_id(text), handle=None, level=None, line=line)


def _id(text: str) -> str:
    text = text.strip()
    if _CHANNEL_ID.fullmatch(text):
        return text
    _refuse_broken_bytes(text)
    raise _Refused("not an @handle, and no channel id (UC and 22 characters)")


def _handle(text: str) -> str:
    handle = ids.normalise_handle(text)
    if handle is not None:
        return handle
    _refuse_broken_bytes(text)
    raise _Refused("not a handle that YouTube would accept")


def _refuse_broken_bytes(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Refused("not UTF-8") from None


def _refuse(reason: str) -> Entry:
    raise _Refused(reason)


def _shown(value: Any) -> str:
    """A short text of a JSON value of any depth: str() of a deep one could run out of stack."""
    return f"({type(value).__name__})" if isinstance(value, list | dict) else str(value)
