"""When newcomers' votes come too fast to be believed. Pure functions.

A newcomer is a voter who weighs no more than a new one does, at the time of the vote: an account
younger than 7 days, or with fewer than 10 resolved votes, or one that was mostly wrong.
"""

from __future__ import annotations

from math import ceil

USUAL_DAYS = 7
TIMES_USUAL = 10
CHANNEL_FACTOR = 2


def threshold(*, least: int, usual_per_hour: float) -> int:
    """Newcomers per hour that make a burst: ten times the usual rate, and at least `least`."""
    return max(least, ceil(TIMES_USUAL * usual_per_hour))


def is_burst(*, newcomers: int, voices: int, least: int, usual_per_hour: float) -> bool:
    """Whether an hour's votes of one side are a burst of newcomers.

    `newcomers` of the `voices` of the last hour are newcomers', each network once. A crowd half
    of which has earned trust is none, however fast it comes. `usual_per_hour` is the target's
    own rate over the week before (docs/scoring.md#bursts).
    """
    enough = newcomers >= threshold(least=least, usual_per_hour=usual_per_hour)
    return enough and 2 * newcomers > voices


def has_cooled(*, newcomers: int, threshold: int) -> bool:
    """Whether an hour with this many newcomers ends a burst: less than half of what began it."""
    return 2 * newcomers < threshold
