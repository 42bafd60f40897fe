"""What a sample is made of and what follows from its answers. Pure functions on plain numbers."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

from votes.juries.rule import Side

AI_SHARE = 2 / 3
"""Of a sample's items, 0-1: a wrong flag hides somebody's work, so its rate is to be known best."""
RESERVE = 3
"""So many times what is wanted is drawn: some are set aside."""
LEAST = 10
"""With fewer clear answers a month has no rate: even none wrong of nine may mean a third."""
MODERATORS = 2
"""So many look at an item; where a site has one moderator, that one does."""
Z = 1.959964
"""Of a 95 % interval."""


def sizes(items: int) -> dict[str, int]:
    """How many of a sample's `items` are about AI, and how many about human decisions."""
    ai = round(items * AI_SHARE)
    return {Side.AI: ai, Side.HUMAN: items - ai}


def needed(moderators: int) -> int:
    """How many have to answer an item, on a site with so many moderators."""
    return max(1, min(MODERATORS, moderators))


def verdict(said: Iterable[Side]) -> Side:
    """What moderators who could tell agree on; `UNSURE` if none could, or they do not agree."""
    sides = set(said) - {Side.UNSURE}
    return sides.pop() if len(sides) == 1 else Side.UNSURE


def interval(wrong: int, of: int) -> tuple[float, float]:
    """Where the true share lies, 0-1, in 95 of 100 samples; `of` >= 1.

    Source: Wilson's score interval (1927), which is sound near 0, where Wald's is not.
    """
    share = wrong / of
    middle = share + Z * Z / (2 * of)
    half = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    below = 1 + Z * Z / of
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)
