"""Which findings somebody asks for, and which page of them. Reads the query of an address."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from common import errors
from votes.models import AI_CATEGORIES

PAGE = 30
ORDERS = ("newest", "rising", "disputed", "cleared")
KINDS = ("video", "channel")
SOURCES = ("votes", "jury", "moderator", "list", "channel", "measured")


@dataclass(frozen=True)
class Wanted:
    """The order, and what is filtered; empty for everything."""

    order: str = "newest"
    of: str = ""
    kind: str = ""
    by: str = ""

    def keeps(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry passes the filters."""
        return (
            (not self.of or entry["kind"] == self.of)
            and (not self.kind or entry["category"] == self.kind)
            and (not self.by or entry["by"] == self.by)
        )

    @property
    def query(self) -> dict[str, str]:
        """As an address has it."""
        named = {"order": self.order, "of": self.of, "kind": self.kind, "by": self.by}
        return {name: value for name, value in named.items() if value and value != "newest"}


def read(query: Mapping[str, str]) -> Wanted:
    """What a query asks for. Raises `InvalidParam`."""
    given = {}
    for name, allowed in (
        ("order", ORDERS),
        ("of", KINDS),
        ("kind", AI_CATEGORIES),
        ("by", SOURCES),
    ):
        value = query.get(name, "")
        if value and value not in allowed:
            raise errors.InvalidParam(f"{name} must be one of {', '.join(allowed)}.", field=name)
        if value:
            given[name] = value
    return Wanted(**given)


def page(
    entries: list[dict[str, Any]], wanted: Wanted, cursor: str = "", *, size: int = PAGE
) -> tuple[list[dict[str, Any]], str]:
    """Up to `size` entries that pass, after `cursor`, and the cursor of the next page, or empty.

    What is new, or gone, meanwhile moves nothing: a cursor names the place in the order. Raises
    `InvalidParam`.
    """
    after = _place(cursor) if cursor else None
    found = []
    for entry in entries:
        if wanted.keeps(entry) and (after is None or _before(_key(entry), after)):
            found.append(entry)
            if len(found) > size:
                break
    more = len(found) > size
    found = found[:size]
    return found, _cursor(found[-1]) if more else ""


def _key(entry: Mapping[str, Any]) -> tuple[Any, str, str]:
    return entry["order"], entry["kind"], entry["key"]


def _before(key: tuple[Any, str, str], after: tuple[Any, str, str]) -> bool:
    """Whether it comes later in a list that falls; of another order's cursor nothing does."""
    return type(key[0]) is type(after[0]) and key < after


def _cursor(entry: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(_key(entry))).decode().rstrip("=")


def _place(cursor: str) -> tuple[Any, str, str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        order, kind, key = orjson.loads(raw)
    except (binascii.Error, ValueError, TypeError):
        raise errors.InvalidParam("cursor is not one of ours.", field="cursor") from None
    if (
        not isinstance(order, str | float | int)
        or not isinstance(kind, str)
        or not isinstance(key, str)
    ):
        raise errors.InvalidParam("cursor is not one of ours.", field="cursor")
    return order, kind, key
