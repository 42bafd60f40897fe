"""Trust: how much a voter's word weighs. Pure functions."""

from __future__ import annotations

NEW_VOTER_TRUST = 0.30
NEW_VOTER_DAYS = 7
NEW_VOTER_RESOLVED = 10
RECENT_DAYS = 30
RECENT_RESOLVED = 10
FULL_AGE_DAYS = 60
FULL_VOTES = 100
AGE_SHARE, ACCURACY_SHARE, VOTES_SHARE = 0.30, 0.50, 0.20
CHANCE = 0.5
VIP_FACTOR = 3
"""How many times the trust of a VIP's vote counts."""


def accuracy(*, correct: int, resolved: int) -> float:
    """Share of resolved votes that agreed with the outcome, drawn towards 0.5.

    `0 <= correct <= resolved`; the result is in (0, 1) and 0.5 for no resolved vote.
    Source: the rule of succession with two pseudo-votes a side (Agresti and Coull,
    The American Statistician 52 (1998) 119-126).
    """
    return (correct + 2) / (resolved + 4)


def judged(
    *, correct: int, resolved: int, recent_correct: int, recent_resolved: int
) -> tuple[int, int]:
    """The (correct, resolved) counts that accuracy is made of.

    Those of the votes cast in the last 30 days, or of all when fewer than 10 of them are
    resolved.
    """
    if recent_resolved >= RECENT_RESOLVED:
        return recent_correct, recent_resolved
    return correct, resolved


def shares(*, age_days: float, accuracy: float, votes: int) -> dict[str, float]:
    """What age (60 days are full), accuracy and number of votes (100) add to an earned trust."""
    return {
        "age": AGE_SHARE * min(max(age_days, 0.0) / FULL_AGE_DAYS, 1.0),
        "accuracy": ACCURACY_SHARE * accuracy,
        "votes": VOTES_SHARE * min(votes / FULL_VOTES, 1.0),
    }


def is_earned(*, age_days: float, resolved: int) -> bool:
    """Whether a voter is past the start: 7 days old, and 10 votes resolved."""
    return age_days >= NEW_VOTER_DAYS and resolved >= NEW_VOTER_RESOLVED


def trust(*, age_days: float, accuracy: float, resolved: int, votes: int) -> float:
    """A voter's trust in [0, 1]; it grows with age, accuracy and number of votes.

    0.30 for accounts younger than 7 days or with fewer than 10 resolved votes ever, afterwards
    0.30 x age/60 d + 0.50 x accuracy + 0.20 x votes/100, each share capped; 0.30 at most for who
    is wrong more often than right, or age and diligence alone would pay.
    Examples: docs/scoring.md#trust.
    """
    if not is_earned(age_days=age_days, resolved=resolved):
        return NEW_VOTER_TRUST
    most = 1.0 if accuracy >= CHANCE else NEW_VOTER_TRUST
    return min(most, sum(shares(age_days=age_days, accuracy=accuracy, votes=votes).values()))
