"""In which order findings are shown (docs/pages.md#recent). Pure."""

from __future__ import annotations

from math import log2

HALF_LIFE_H = 24.0
"""Hours after which a finding counts half of what a new one does."""


def rising(*, age_h: float, votes_an_hour: float, agreement: float) -> float:
    """How much is going on about a flagged object, 0 and more.

    `agreement x log2(2 + votes an hour) x 0.5^(age / half-life)`: `age_h` hours since it was
    flagged, votes of the last day by the hour, `agreement` 0-1 (`agreement`). Twice as many votes
    an hour never make up for a day.
    """
    recency: float = 0.5 ** (max(age_h, 0.0) / HALF_LIFE_H)
    return agreement * log2(2 + max(votes_an_hour, 0.0)) * recency


def agreement(*, ai: int, disputes: int) -> float:
    """The share of votes that call it AI, 0-1, as if one more had said so and one not."""
    return (ai + 1) / (ai + disputes + 2)


def disputed(*, ai: int, disputes: int) -> float:
    """How far people are from agreeing: how even the sides are, times how many took one.

    0 where nobody is on one of them.
    """
    larger = max(ai, disputes)
    return min(ai, disputes) / larger * log2(1 + ai + disputes) if larger else 0.0
