"""The score of a channel (CONTRACT 7.2-7.3, D52, D53). Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MIN_TRACKED = 3
AUTO_FLAG_SCORE = Decimal(80)
AUTO_FLAG_VIDEOS = 20
AUTO_FLAG_VOTERS = 10
NOTICE_HOURS = 24
BLOCK_SCORE, WARN_SCORE = Decimal(80), Decimal(60)
LOCKING = frozenset({"flag_channel", "clear_channel"})
FLAGGED_SCORE, CLEARED_SCORE = Decimal(95), Decimal(0)


@dataclass(frozen=True)
class Standing:
    """What is published of a channel: score 0-100, whether new videos start flagged, lock."""

    score: Decimal
    auto_flag: bool
    locked: bool


def rolled_up(*, tracked: int, flagged: int, flagged_sum: Decimal) -> Decimal:
    """flagged / tracked x mean score of the flagged, 0-100 with two decimals.

    That is the sum of the flagged scores over the tracked videos; 0 below 3 tracked.
    `tracked` counts videos with votes or a lock, `flagged` those of them at 50 or more.
    """
    if tracked < MIN_TRACKED or not flagged:
        return Decimal(0)
    share = min(flagged_sum / tracked, Decimal(100))
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def may_auto_flag(*, score: Decimal, flagged: int, voters: int) -> bool:
    """The auto-flag rule: score >= 80, >= 20 flagged videos, >= 10 independent voters."""
    return score >= AUTO_FLAG_SCORE and flagged >= AUTO_FLAG_VIDEOS and voters >= AUTO_FLAG_VOTERS


def standing(
    *, score: Decimal, auto_flag: bool, listing: str | None, decision: str | None
) -> Standing:
    """What follows from the roll-up, the lists (`block`, `warn`) and the last decision.

    A moderator's word beats the lists, and the lists beat a lower score from votes.
    """
    if decision == "clear_channel":
        return Standing(CLEARED_SCORE, auto_flag=False, locked=True)
    if decision == "flag_channel":
        return Standing(FLAGGED_SCORE, auto_flag=True, locked=True)
    if listing == "block":
        return Standing(max(score, BLOCK_SCORE), auto_flag=True, locked=False)
    if listing == "warn":
        return Standing(max(score, WARN_SCORE), auto_flag=auto_flag, locked=False)
    return Standing(score, auto_flag=auto_flag, locked=False)
