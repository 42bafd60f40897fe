"""Members of the API's objects, read one by one. Unknown ones are nobody's business here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

COUNT_MAX = 2**53 - 1


class Malformed(ValueError):
    """A member is not what docs/contract.md says."""


def text(given: Mapping[str, Any], name: str) -> str:
    """A text that has to be there. Raises `Malformed`, as all of these do."""
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(name)
    return value


def maybe_text(given: Mapping[str, Any], name: str) -> str | None:
    """A text that may be absent."""
    return text(given, name) if given.get(name) is not None else None


def score(given: Mapping[str, Any], name: str, most: float = 100.0) -> float:
    """A number from 0 to `most`."""
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise Malformed(name)
    return float(value)


def count(given: Mapping[str, Any], name: str) -> int:
    """A whole number of things, 0 or more."""
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= COUNT_MAX:
        raise Malformed(name)
    return value


def flag(given: Mapping[str, Any], name: str, default: bool | None = None) -> bool:
    """True or false; `default` where it may be absent."""
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise Malformed(name)
    return value


def moment(given: Mapping[str, Any], name: str) -> datetime:
    """A time, in UTC."""
    try:
        return parsed_moment(text(given, name))
    except ValueError:
        raise Malformed(name) from None


def maybe_moment(given: Mapping[str, Any], name: str) -> datetime | None:
    """A time that may be absent."""
    return moment(given, name) if given.get(name) is not None else None


def parsed_moment(value: str) -> datetime:
    """A time with its offset, in UTC. Raises ValueError."""
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError(value) from None


def mapping(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object; empty where it is absent."""
    value = given.get(name, {})
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def objects(given: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """An array of objects."""
    value = given.get(name)
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise Malformed(name)
    return value


def texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """An array of texts; empty where it is absent."""
    value = given.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise Malformed(name)
    return tuple(value)
