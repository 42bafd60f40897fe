"""The score of a channel (docs/scoring.md#channels). Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

RULES = 3
"""To be raised when channels are rolled up otherwise, or are otherwise made of ids and handles: the
pipeline then looks at all of them again."""
MIN_TRACKED = 3
AUTO_FLAG_SCORE = Decimal(80)
AUTO_FLAG_VIDEOS = 20
AUTO_FLAG_VOTERS = 10
NOTICE_HOURS = 24
LISTED_SCORE = {"block": Decimal(80), "warn": Decimal(60)}
LOCKING = {"flag_channel": Decimal(95), "clear_channel": Decimal(0)}


@dataclass(frozen=True)
class Standing:
    """What is published of a channel: score 0-100, whether new videos start flagged, lock."""

    score: Decimal
    auto_flag: bool
    locked: bool


def rolled_up(*, tracked: int, flagged: int, flagged_sum: Decimal) -> Decimal:
    """flagged / tracked x mean score of the flagged, 0-100 with two decimals.

    That is the sum of the flagged scores over the tracked videos; 0 below 3 tracked.
    `tracked` counts videos on which enough independent voters have spoken, or that are locked,
    `flagged` those of them at 50 or more.
    """
    if tracked < MIN_TRACKED or not flagged:
        return Decimal(0)
    share = min(flagged_sum / tracked, Decimal(100))
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def may_auto_flag(*, score: Decimal, flagged: int, voters: int) -> bool:
    """The auto-flag rule: score >= 80, >= 20 flagged videos, >= 10 independent voters."""
    return score >= AUTO_FLAG_SCORE and flagged >= AUTO_FLAG_VIDEOS and voters >= AUTO_FLAG_VOTERS


def stronger(one: str | None, other: str | None) -> str | None:
    """What two kinds of lists say together, each `block`, `warn` or nothing."""
    return max(one, other, key=lambda level: LISTED_SCORE.get(level or "", Decimal(0)))


def steps(
    *, score: Decimal, listing: str | None, decision: str | None
) -> list[tuple[str, Decimal]]:
    """How a channel's score comes about: (`videos`, `list` or `moderator`, the score then).

    A moderator's word beats the lists, and the lists beat a lower score from votes.
    """
    found = [("videos", score)]
    if listing in LISTED_SCORE:
        found.append(("list", max(score, LISTED_SCORE[listing])))
    if decision in LOCKING:
        found.append(("moderator", LOCKING[decision]))
    return found


def standing(
    *, score: Decimal, auto_flag: bool, listing: str | None, decision: str | None
) -> Standing:
    """What follows from the roll-up, the lists (`block`, `warn`) and the last decision."""
    locked = decision in LOCKING
    return Standing(
        steps(score=score, listing=listing, decision=decision)[-1][1],
        auto_flag=decision == "flag_channel" if locked else auto_flag or listing == "block",
        locked=locked,
    )
