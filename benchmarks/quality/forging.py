"""A human channel that accounts on many networks claim YouTube labels: how long that lasts.

Time is hours. The attackers share at once; from then on one honest viewer an hour visits, each of
a network of their own, of whom a part shares, is old enough to count, and has seen three or more of
the channel's videos: only these contradict. The verdict is that of the rule itself.
"""

from __future__ import annotations

import random
from statistics import mean

from votes.observations.rule import (
    AGE_DAYS,
    NETWORKS,
    NOTICE_HOURS,
    OTHERWISE_VIDEOS,
    VIDEOS,
    Seen,
    Verdict,
    measure,
)

ACCOUNTS = (2, 3, 5, 20, 50, 200)
SPEAKING = (1.0, 0.2, 0.05)
"""Parts of honest visitors who contradict."""
LASTS_HOURS = 14 * 24
RUNS = 200


def last(accounts: int, speaking: float, *, aged: bool, seed: int) -> tuple[int, int, bool]:
    """Hours that it is labelled, hours that it may be hidden, and whether a case opened."""
    rng = random.Random(seed)
    begins = 0 if aged else AGE_DAYS * 24
    forged = [_seen(f"forger {n}", True) for n in range(accounts)]
    honest: list[Seen] = []
    labels = hides = 0
    since: int | None = None
    verdict = measure(forged).verdict
    for hour in range(begins, begins + LASTS_HOURS):
        # A client contradicts a channel that is measured; before, there is nothing to say.
        if since is not None and rng.random() < speaking:
            honest.append(_seen(f"honest {hour}", False))
            verdict = measure([*forged, *honest]).verdict
        if verdict is Verdict.SUSPENDED:
            return labels, hides, True
        if verdict is not Verdict.MEASURED:
            return labels, hides, False
        since = hour if since is None else since
        in_force = hour - since >= NOTICE_HOURS
        hides += in_force
        labels += not in_force
    return labels, hides, False


def _seen(voice: str, labelled: bool) -> Seen:
    videos = frozenset(f"{voice} {n}" for n in range(VIDEOS if labelled else OTHERWISE_VIDEOS))
    none: frozenset[str] = frozenset()
    ai, other = (videos, none) if labelled else (none, videos)
    return Seen(voice, ai, other)


def table() -> str:
    """A row for each number of accounts and each part of visitors who speak up; means of runs."""
    lines = [
        "| accounts, networks | visitors who contradict | labelled, h | in force, h | cases |",
        "| --- | --- | --- | --- | --- |",
    ]
    for accounts in ACCOUNTS:
        for speaking in SPEAKING:
            found = [last(accounts, speaking, aged=True, seed=n) for n in range(RUNS)]
            labels, hides, cases = (mean(column) for column in zip(*found, strict=True))
            lines.append(
                f"| {accounts} | {speaking:.0%} | {labels:.1f} | {hides:.1f} | {cases:.2f} |"
            )
            if accounts < NETWORKS:
                break
    return "\n".join(lines).replace("%", " %")
