"""When a note is shown (docs/juries.md#notes). Pure functions on plain numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Rating(NamedTuple):
    """What one rater says of a note. `lean`: by how much they find AI videos more surely than they
    leave human ones alone, -1 to 1: sensitivity less specificity."""

    lean: float
    helpful: bool


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every number of the rule, compared with others in docs/quality/notes.md.

    - `least`: ratings "helpful" that each side has to give.
    - `share`: least posterior mean, 0-1, of each side's share of "helpful" under Beta(1, 1).
    - `asked`: raters who are asked about a note, by lot; all of them where there are fewer.
    - `days`: for how long they are asked.
    - `a_day`: notes that a juror may write a day.
    """

    least: int = 2
    share: float = 0.6
    asked: int = 40
    days: int = 14
    a_day: int = 3


PARAMETERS = Parameters()


def is_shown(
    ratings: Iterable[Rating], *, middle: float, parameters: Parameters = PARAMETERS
) -> bool:
    """Whether raters who usually disagree agree that a note helps.

    `ratings`: one a voice. `middle` is the median lean of all rooted jurors, which parts them into
    those who say AI more readily and those who say human; who is just there is of neither. Of each
    side at least `least` say helpful, and `(helpful + 1) / (all + 2) >= share`: the mean of the
    conjugate prior of a share. So no side shows a note alone, however many it is. Source: the idea
    is that of Community Notes, whose ranking docs/quality/notes.md compares it with.
    """
    sides: tuple[list[bool], list[bool]] = ([], [])
    for rating in ratings:
        if rating.lean != middle:
            sides[rating.lean > middle].append(rating.helpful)
    return all(
        sum(side) >= parameters.least and (sum(side) + 1) / (len(side) + 2) >= parameters.share
        for side in sides
    )


def part_asked(rooted: int, parameters: Parameters = PARAMETERS) -> float:
    """The part of the jurors, 0-1, who are asked about a note, where so many are rooted."""
    return min(1.0, parameters.asked / max(rooted, 1))
