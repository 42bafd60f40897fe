"""What waits at the desk, in the order in which it does harm (docs/moderation.md#the-order)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from common.db import execute
from desk import sql
from votes.models import Case, TargetType

_FILTERS = {f"{field}__exact": field for field in ("kind", "target_type")}
_KNOWN: Mapping[str, frozenset[str]] = {
    "kind": frozenset(Case.Kind.values),
    "target_type": frozenset(TargetType.values),
}


def weigh() -> int:
    """Count anew how many are concerned by what waits, and how large its channels are.

    Returns how many cases have other numbers than before.
    """
    return execute(sql.WEIGH_CASES)


def among(filters: str) -> dict[str, str]:
    """The kind and type of target that a list of cases is filtered by, of its query string."""
    given = dict(parse_qsl(filters))
    found = {field: given[name] for name, field in _FILTERS.items() if name in given}
    return {field: value for field, value in found.items() if value in _KNOWN[field]}


def filters(among: Mapping[str, str]) -> str:
    """The query string of the list that is filtered so; `among` is as `among` returns it."""
    return urlencode({f"{field}__exact": value for field, value in among.items()})
