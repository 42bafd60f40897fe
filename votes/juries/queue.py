"""Which question a panel is drawn for next (docs/juries.md). Pure functions on plain numbers.

Who nominates pays in turns, so that a flood of any size only makes its own nominators wait.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import ceil

KEPT = 0.2
"""Share of the places, 0-1, for those that wait longest, whatever their turn and audience."""
MEMORY_DAYS = 14
"""For so long a question that was asked, and did not turn out AI, counts in `load`."""

Nominator = tuple[str, ...]
"""The labels of one nominator, at least one: the account, its network, its site if it has one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A video or a channel that waits.

    `nominators`: who called it AI; `viewers`: how many it matters to, as far as is known, >= 0:
    of a video the independent voices for AI, of a channel those of all its videos; `since`: when
    it was admitted, in any unit that grows.
    """

    id: str
    nominators: Collection[Nominator]
    viewers: float
    since: float


def is_admitted(nominators: Collection[Nominator]) -> bool:
    """Whether two nominators share no label: one account, or one network, asks for nothing."""
    return _payers(nominators, {}) is not None


def turns(waiting: Sequence[Candidate], load: Mapping[str, float]) -> dict[str, float]:
    """By id, which turn of its nominators each candidate has; those not admitted are left out.

    Most viewed first, a candidate is charged to the two of its independent nominators that have
    used the least; its turn is what the second of them has used so far. So more nominators never
    make a turn worse, and k of them have at most k / 2 candidates in each turn. `load` by label:
    what was asked in the last `MEMORY_DAYS` days for its nominators and is open or did not turn
    out AI. Source: fair queueing (Demers, Keshav and Shenker 1989).
    """
    used = dict(load)
    found = {}
    for candidate in sorted(waiting, key=_most_viewed):
        pair = _payers(candidate.nominators, used)
        if pair is None:
            continue
        found[candidate.id] = max(_spent(payer, used) for payer in pair)
        for label in pair[0] + pair[1]:
            used[label] = used.get(label, 0) + 1
    return found


def chosen(waiting: Sequence[Candidate], places: int, load: Mapping[str, float]) -> list[Candidate]:
    """The candidates to ask about now, at most `places` of those that are admitted.

    By turn, in a turn the most viewed first; the last `KEPT` of the places, rounded up from two
    places on, go to those that wait longest in the first turn that is left.
    """
    turn = turns(waiting, load)
    order = sorted(
        (it for it in waiting if it.id in turn), key=lambda it: (turn[it.id], _most_viewed(it))
    )
    kept = ceil(KEPT * places) if places > 1 else 0
    head, rest = order[: places - kept], order[places - kept :]
    return head + sorted(rest, key=lambda it: (turn[it.id], it.since, it.id))[:kept]


def places(left: int, rounds: int, batch: int) -> int:
    """How many panels may begin now, >= 0, so that the day's later batches find jurors, too.

    `left`: questions that jurors have left today, after open panels got their batch; `rounds`:
    batches that are still drawn today, this one included, >= 1; `batch`: jurors of a batch.
    """
    return left // (rounds * batch)


def payers(nominators: Collection[Nominator], load: Mapping[str, float]) -> list[Nominator]:
    """Who is charged for a question, two or none: its caller counts it in their `load`."""
    return list(_payers(nominators, load) or ())


def _payers(
    nominators: Collection[Nominator], used: Mapping[str, float]
) -> tuple[Nominator, Nominator] | None:
    """The two that have used the least and share no label."""
    spent = [(_spent(it, used), it) for it in nominators]
    least = nsmallest(2, spent)
    if len(least) < 2 or not set(least[0][1]) & set(least[1][1]):
        return (least[0][1], least[1][1]) if len(least) == 2 else None
    order = sorted(spent)
    for n, (_, second) in enumerate(order):
        for _, first in order[:n]:
            if not set(first) & set(second):
                return first, second
    return None


def _spent(nominator: Nominator, used: Mapping[str, float]) -> float:
    """What the most used of a nominator's labels has used."""
    return max([used.get(label, 0) for label in nominator])


def _most_viewed(candidate: Candidate) -> tuple[float, float, str]:
    return -candidate.viewers, candidate.since, candidate.id
