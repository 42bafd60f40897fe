"""Lists in JSON: BlockTube, FreeTube, handle maps, arrays, and an object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from channels.blocklists import keys
from channels.blocklists.columns import KEY, Columns
from channels.blocklists.entries import (
    TIE,
    Entry,
    Read,
    Reads,
    Refused,
    UnreadableList,
    read_one,
    rejected,
)
from channels.blocklists.text import Text, licences, one_channel

_TOKEN = re.compile(r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")|\r\n|\n|\r')
# Members that hold a channel's key, or else are none: a name, for one.
_LOOSE_KEYS = ("id", "url", "link", "channel", "name")


@dataclass(frozen=True)
class Document:
    """JSON of a known kind; `is_whole` if it could not be read were a piece of it missing."""

    format: str
    reads: Reads
    is_whole: bool = True
    licence: str = ""


def recognise(text: Text, ignored: frozenset[str]) -> Document:
    """What JSON it is. Raises `UnreadableList` where it is broken, too deep, or no list."""
    if _is_an_object_a_line(text):
        return Document("json-lines", _lines(text, ignored), is_whole=False)
    whole = text.whole()
    try:
        value = json.loads(whole)
    except RecursionError:
        raise UnreadableList("JSON that is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableList(f"broken JSON: {error.msg} at line {error.lineno}") from None
    except ValueError:  # a number with thousands of digits
        raise UnreadableList("broken JSON: a number is too long") from None
    return _of(value, _string_lines(whole), ignored)


def _is_an_object_a_line(text: Text) -> bool:
    filled = (line for _, line in text.lines() if line.strip())
    first, second = next(filled), next(filled, None)
    try:
        return second is not None and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _of(value: Any, where: dict[str, int], ignored: frozenset[str]) -> Document:
    name, elements = "json", value
    if isinstance(value, dict):
        if "filterData" in value:
            data = value["filterData"]
            name = "blocktube"
            elements = data.get("channelId") if isinstance(data, dict) else None
            if not isinstance(elements, list):
                raise UnreadableList("a BlockTube export without an array filterData.channelId")
        elif isinstance(value.get("channels"), list):
            elements = value["channels"]
        elif Columns(list(value)).keys:
            elements = [value]
        else:
            return Document("handle-map", _handle_map(value, where))
    elif any(isinstance(element, dict) and "preferredName" in element for element in value):
        name = "freetube"
    strings = (element for element in elements if isinstance(element, str))
    licence = licences(filter(_is_comment, strings))
    return Document(name, _elements(elements, where, ignored), licence=licence)


def _lines(text: Text, ignored: frozenset[str]) -> Reads:
    """An object a line."""
    for number, line in text.lines():
        if not line.strip():
            yield Read(number)
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Read(number, rejects=(rejected(number, line, "broken JSON"),))
            continue
        yield _element(value, number, ignored)


def _elements(values: Iterable[Any], where: dict[str, int], ignored: frozenset[str]) -> Reads:
    line = 1
    for value in values:
        line = next((where[text] for text in _strings(value) if text in where), line)
        yield _element(value, line, ignored)


def _strings(value: Any) -> Iterator[str]:
    """The strings by which the place of an element is found."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for text in value.values() if isinstance(text, str))


def _element(value: Any, line: int, ignored: frozenset[str]) -> Read:
    if isinstance(value, dict):
        return read_one(line, _shown(value), partial(_record, value, line, ignored))
    if not isinstance(value, str):
        return Read(line, rejects=(rejected(line, _shown(value), "not a string or an object"),))
    if not value.strip() or _is_comment(value):
        return Read(line, comment=bool(value.strip()))
    return read_one(line, value, partial(one_channel, value, line))


def _is_comment(value: str) -> bool:
    return value.lstrip().startswith("//")


def _record(value: dict[str, Any], line: int, ignored: frozenset[str]) -> Entry:
    names = tuple(value)
    columns = _columns(names, None, ignored)
    if columns.are_of_videos:
        raise Refused("about a video, not about a channel")
    if not columns.keys:
        columns = _columns(names, _loose_key(value), ignored)
    return columns.entry([_cell(member) for member in value.values()], line)


def _loose_key(value: dict[str, Any]) -> int:
    """The place of the member that holds a key. Raises `Refused` if none does."""
    loose = [name for name in _LOOSE_KEYS if isinstance(value.get(name), str)]
    for name in loose:
        with suppress(Refused):
            keys.channel(value[name])
            return list(value).index(name)
    raise Refused(keys.NO_KEY if loose else "not an object with a channel_id, a handle or a name")


@lru_cache(maxsize=256)
def _columns(names: tuple[str, ...], key: int | None, ignored: frozenset[str]) -> Columns:
    return Columns(names, found=None if key is None else {key: KEY}, ignored=ignored)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    return f"({type(value).__name__})" if value else ""


def _handle_map(values: dict[str, Any], where: dict[str, int]) -> Reads:
    for handle, channel_id in values.items():
        line = where.get(handle, 1)
        shown = f"{handle}: {channel_id}" if isinstance(channel_id, str) else handle
        yield read_one(line, shown, partial(_tie, handle, channel_id, line))


def _tie(handle: str, channel_id: Any, line: int) -> Entry:
    if not isinstance(channel_id, str):
        raise Refused("a handle has to map to a channel id")
    if not handle.strip().startswith(("@", "%40")):
        raise Refused("a handle begins with @")
    found, _ = keys.channel(channel_id)
    if found is None:
        raise Refused("a handle has to map to a channel id")
    return Entry(found, keys.handle(handle), TIE, line)


def _string_lines(text: str) -> dict[str, int]:
    """The line on which each string of a valid JSON text appears first."""
    where: dict[str, int] = {}
    line = 1
    for token in _TOKEN.finditer(text):
        if token["string"] is None:
            line += 1
        else:
            where.setdefault(json.loads(token["string"]), line)
    return where


def _shown(value: Any) -> str:
    """A short text of a JSON value of any depth: str() of a deep one could run out of stack."""
    if isinstance(value, dict):
        return next(_strings(value), "(dict)")
    return f"({type(value).__name__})" if isinstance(value, list) else str(value)
