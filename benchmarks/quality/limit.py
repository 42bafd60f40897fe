"""What no rule on the numbers of reports and disputes can beat, whatever it makes of them."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.figures import BANDS
from benchmarks.quality.world import LARGEST_SHARE, Setup, audience_reaches

POPULAR = BANDS[2:]
Table = NDArray[np.float64]


def least_false_positives(setup: Setup, recall: float = 0.95) -> float:
    """The share of human videos flagged in the worse of the two popular classes, at best.

    For a rule that is made for this accuracy and dispute rate alone, and flags the share `recall`
    of AI videos with 10 judges or more. For any mix of the two classes, flagging first what is
    likeliest on AI videos is best (Neyman and Pearson 1933), and the worse class is never below
    the mix; the mix that leaves most is the answer (linear programming duality).
    """
    ai = _seen(setup, (10, BANDS[-1][1]), ai=True)
    one, other = (_seen(setup, band, ai=False) for band in POPULAR)

    def best(mix: float) -> float:
        human = mix * one + (1 - mix) * other
        order = np.argsort(-ai / np.maximum(human, 1e-300))
        found = np.cumsum(ai[order])
        # The last pair of numbers is flagged in part of the cases.
        return float(np.interp(recall, found, np.cumsum(human[order])))

    return max(best(mix) for mix in np.linspace(0, 1, 101))


def _seen(setup: Setup, band: tuple[int, int], *, ai: bool) -> Table:
    """How likely each pair of numbers, of reports and of disputes, is on a video of the band."""
    largest = int(LARGEST_SHARE * setup.voters)
    says_ai = setup.accuracy if ai else 1 - setup.accuracy
    disputes = [_binomial(n, setup.dispute) for n in range(largest + 1)]
    seen, total = np.zeros((largest + 1, largest + 1)), 0.0
    for judges in range(band[0], min(band[1], largest) + 1):
        share = audience_reaches(judges)
        if judges < largest:
            share -= audience_reaches(judges + 1)
        total += share
        for reports, chance in enumerate(_binomial(judges, says_ai)):
            others = judges - reports
            seen[reports, : others + 1] += share * chance * disputes[others]
    return (seen / total).ravel()


def _binomial(n: int, p: float) -> Table:
    return np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])
