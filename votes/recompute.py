"""Outcomes from decisions, trust from outcomes, many at a time; `votes.trust` has the formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from common.db import execute, records, rows
from votes import sql, tally_sql, trust

DECIMALS = 6
"""Trust and accuracy are stored with so many."""


def lock_voters_of(video_ids: Iterable[str]) -> None:
    """Keep the voters of these videos as they are until the transaction ends."""
    rows(sql.LOCK_VOTERS_OF, {"videos": list(video_ids)})


def judge(video_ids: Sequence[str]) -> set[str]:
    """Bring the outcomes of the votes on these videos up to date; the voters concerned."""
    return {row[0] for row in rows(tally_sql.STORE_OUTCOMES, {"videos": list(video_ids)})}


def recompute_trust(voter_ids: Iterable[str]) -> int:
    """Bring the trust of these voters up to their outcomes; how many there are."""
    wanted = sorted(set(voter_ids))
    if not wanted:
        return 0
    return _store(rows(sql.RESOLVED, {"voters": wanted}))


def recompute_trust_after(voter_id: str, *, limit: int) -> tuple[int, str | None]:
    """The same for the next `limit` voters by id: how many, and the last; (0, None) at the end."""
    last = rows(sql.LAST_VOTER_OF_CHUNK, {"after": voter_id, "limit": limit})[0][0]
    if last is None:
        return 0, None
    return _store(rows(sql.RESOLVED_OF_CHUNK, {"after": voter_id, "last": last})), last


class _Record(NamedTuple):
    """What is stored of a voter's record, in the order in which it is read."""

    trust: float
    accuracy: float
    resolved: int
    correct: int


def _store(found: list[tuple[Any, ...]]) -> int:
    """Store the trust of voters where it has changed; how many voters were looked at."""
    changed: dict[str, _Record] = {}
    for voter_id, age_days, votes, *counts, trust_, accuracy, resolved, correct in found:
        now = _record(age_days, votes, *counts)
        if now != _Record(float(trust_), float(accuracy), resolved, correct):
            changed[voter_id] = now
    if changed:
        written = ({"voter": key, **now._asdict()} for key, now in changed.items())
        execute(sql.STORE_TRUST, {"records": records(written)})
    return len(found)


def _record(
    age_days: float,
    votes: int,
    resolved: int,
    correct: int,
    recent_resolved: int,
    recent_correct: int,
) -> _Record:
    right, judged = trust.judged(
        correct=correct,
        resolved=resolved,
        recent_correct=recent_correct,
        recent_resolved=recent_resolved,
    )
    accuracy = trust.accuracy(correct=right, resolved=judged)
    return _Record(
        round(
            trust.trust(age_days=age_days, accuracy=accuracy, resolved=resolved, votes=votes),
            DECIMALS,
        ),
        round(accuracy, DECIMALS),
        resolved,
        correct,
    )
