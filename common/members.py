"""Members of public objects that this version does not know, kept for whoever does.

A mirror may be older than its source. What it does not know it passes on, within bounds: a source
is trusted no further than its form, and nothing it adds may stand in the place of a known member.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson

MEMBERS_MAX = 8
BYTES_MAX = 1000
"""Of all kept members of one object, as JSON."""
DEPTH_MAX = 3
"""Of a member: lists and objects in each other."""
_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,39}")


def unknown(entry: Mapping[str, Any], known: Collection[str]) -> str:
    """The members of an object that are not `known`, as JSON, by name; empty if there are none.

    Left out are those whose names are no names of members, that are too deep, and from the first
    that finds no room on all that follow it.
    """
    names = sorted(name for name in entry if name not in known and _NAME.fullmatch(name))
    kept: dict[str, Any] = {}
    for name in names[:MEMBERS_MAX]:
        if _depth(entry[name]) > DEPTH_MAX:
            continue
        if len(orjson.dumps(kept | {name: entry[name]})) > BYTES_MAX:
            break
        kept[name] = entry[name]
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode() if kept else ""


def with_more(known: dict[str, Any], more: str, members: Collection[str]) -> dict[str, Any]:
    """An object, and behind its members those that were kept as `more`.

    `members` are all that such an object can have: what was kept by an older version may be among
    them by now.
    """
    if not more:
        return known
    kept = orjson.loads(more)
    return known | {name: kept[name] for name in kept if name not in members}


def _depth(value: Any) -> int:
    """How deep lists and objects are in each other; 0 for anything else, deeper is not looked."""
    deepest, level = 0, [value]
    while level and deepest <= DEPTH_MAX:
        within: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                within += each.values()
            elif isinstance(each, list):
                within += each
        if not any(isinstance(each, dict | list) for each in level):
            break
        deepest, level = deepest + 1, within
    return deepest
