"""Which notes are shown: reckoned for all that are rated, by a task, never in a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction

from common.db import execute, records, rows
from common.locks import Lock, try_transaction_lock
from votes.juries.tree import together
from votes.models import Note
from votes.notes import sql
from votes.notes.rule import Rating, is_shown

AT_ONCE = 1000
"""Notes whose ratings are in memory at a time."""


@transaction.atomic
def judge() -> int:
    """Reckon anew which notes are shown, and end those whose time is over; how many changed.

    All in one transaction under a lock: killed anywhere it has done nothing, and two at once do
    nothing twice. What is over keeps its state, and its ratings go.
    """
    if not try_transaction_lock(Lock.NOTES):
        return 0
    middle = rows(sql.MIDDLE)[0][0] or 0.0
    changed = sum(execute(sql.STORE, {"records": records(found)}) for found in _judged(middle))
    changed += execute(sql.CLOSE)
    execute(sql.FORGET_RATINGS)
    return changed


def _judged(middle: float) -> Iterator[list[dict[str, Any]]]:
    after = ""
    while found := rows(sql.RATINGS, {"after": after, "limit": AT_ONCE}):
        yield [
            _judgement(note, list(said), middle) for note, said in groupby(found, key=itemgetter(0))
        ]
        after = found[-1][0]


def _judgement(note: str, said: Sequence[Any], middle: float) -> dict[str, Any]:
    """Of one note. `said`: first the author without an opinion, whose voice does not count, then
    the ratings; of one voice the first."""
    voices = together([list(filter(None, labels)) for _, _, _, *labels, _ in said])
    first = {voices[n]: said[n] for n in reversed(range(len(said)))}
    ratings = [
        Rating(lean, helpful) for _, helpful, lean, *_ in first.values() if helpful is not None
    ]
    return {
        "id": note,
        "state": Note.State.SHOWN if is_shown(ratings, middle=middle) else Note.State.WAITING,
        "helpful": sum(rating.helpful for rating in ratings),
        "rated": len(ratings),
    }
