"""How long a moderator's answer to an appeal takes."""

from __future__ import annotations

from dataclasses import dataclass

from common import cache
from common.db import rows
from votes import sql

LEAST = 5
"""Fewer decided appeals say nothing about the next one."""
_TTL_S = 600
_KEY = "appeals:took"
_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))


@dataclass(frozen=True)
class Expected:
    """Of `decided` appeals in 30 days half took up to `median_s` seconds, 9 of 10 `most_s`."""

    decided: int
    median_s: int
    most_s: int

    def in_words(self) -> str:
        """A sentence."""
        return (
            f"Of the {self.decided} appeals decided in the last 30 days, half were answered within "
            f"{_span(self.median_s)} and nine of ten within {_span(self.most_s)}."
        )


def expected() -> Expected | None:
    """As of ten minutes ago at most; None where too few were decided to say."""
    found = cache.read_through(_KEY, ttl_s=_TTL_S, load=_load)
    return Expected(*found) if found else None


def _load() -> list[int] | None:
    decided, median, most = rows(sql.APPEALS_TOOK)[0]
    return [decided, round(median), round(most)] if decided >= LEAST else None


def _span(seconds: int) -> str:
    """In the largest unit that has two of it, rounded up."""
    for unit, length in _UNITS:
        if seconds >= 2 * length:
            count = -(-seconds // length)
            return f"{count} {unit}s"
    count = max(1, -(-seconds // 60))
    return "a minute" if count == 1 else f"{count} minutes"
