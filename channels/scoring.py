"""The score of a channel (docs/scoring.md#channels). Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from videos.scoring import JURY, JURY_AI, JURY_HUMAN, LIST, MEASURED, MODERATOR, SUSPECTED_CAP

RULES = 5
"""To be raised when channels are rolled up otherwise, or are otherwise made of ids and handles: the
pipeline then looks at all of them again."""
MIN_TRACKED = 3
LISTED_SCORE = {"block": Decimal(80), "warn": Decimal(60)}
LOCKING = {"flag_channel": Decimal(95), "clear_channel": Decimal(0)}
JURIES = {"ai": JURY_AI, "human": JURY_HUMAN}


@dataclass(frozen=True)
class Standing:
    """What is published of a channel: score 0-100, whether new videos start flagged, lock, and
    whose word that is, empty for viewers' votes."""

    score: Decimal
    auto_flag: bool
    locked: bool
    decided_by: str = ""


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


def stronger(one: str | None, other: str | None) -> str | None:
    """What two kinds of lists say together, each `block`, `warn` or nothing."""
    return max(one, other, key=lambda level: LISTED_SCORE.get(level or "", Decimal(0)))


def steps(
    *,
    score: Decimal,
    listing: str | None,
    decision: str | None,
    jury: str | None = None,
    juries: bool = False,
) -> list[tuple[str, Decimal]]:
    """How a channel's score comes about: (`videos`, `suspected`, `list`, `jury` or `moderator`,
    the score then).

    `score` is the roll-up, 79.9 at most where `juries` confirm, whatever its videos are: a channel
    is confirmed by itself. Lists beat a lower score from votes, a jury (`ai`, `human`) beats the
    lists, and a moderator's word beats them all.
    """
    found = [("videos", score)]
    if juries and score > SUSPECTED_CAP:
        score = SUSPECTED_CAP
        found.append(("suspected", score))
    if listing in LISTED_SCORE:
        found.append(("list", max(score, LISTED_SCORE[listing])))
    if jury:
        found.append(("jury", JURIES[jury]))
    if decision in LOCKING:
        found.append(("moderator", LOCKING[decision]))
    return found


def standing(
    *,
    score: Decimal,
    listing: str | None,
    decision: str | None,
    jury: str | None = None,
    measured: bool = False,
    juries: bool = False,
) -> Standing:
    """What follows from the roll-up, the lists (`block`, `warn`), a jury (`ai`, `human`) and the
    last decision; `measured`: what viewers saw of YouTube's label counts.

    Votes suspect a channel by its `score`, and start none of its videos flagged, whoever confirms.
    """
    locked = decision in LOCKING
    flags = listing == "block"
    if jury:
        flags = jury == "ai"
    if locked:
        flags = decision == "flag_channel"
    found = steps(score=score, listing=listing, decision=decision, jury=jury, juries=juries)
    votes = min(score, SUSPECTED_CAP) if juries else score
    by = _decided_by(votes=votes, listing=listing, measured=measured)
    return Standing(found[-1][1], flags, locked, MODERATOR if locked else JURY if jury else by)


def _decided_by(*, votes: Decimal, listing: str | None, measured: bool) -> str:
    """Whose word it is where neither a moderator nor a jury has decided; `votes` is their score."""
    if listing == "block" or (listing and votes < LISTED_SCORE.get(listing, votes)):
        return LIST
    return MEASURED if measured else ""
