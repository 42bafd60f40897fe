"""Set-wise reads of what the votes and decisions say about videos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from common.db import prepared_rows, rows
from votes import sql
from votes.models import Category


@dataclass
class Tally:
    """The active votes on one video, and what moderators said of it.

    `votes` counts them by category; `weights` sums them by category, each voice once with its
    heaviest vote; `calm_weights` leaves out those of a burst that is held. `ai_voices` are the
    voices for AI, `calm_voices` those of them without a burst's; `proven_disputers` are those
    against it of proven voters, `resolved_disputes` their trust, `disputers` those
    of others. `settled` is the outcome as it is written down, and `stood` whether votes, other
    than a burst's, ever carried the video to 80.
    """

    votes: dict[str, int]
    weights: dict[str, Decimal]
    calm_weights: dict[str, Decimal]
    ai_voices: int
    calm_voices: int
    proven_disputers: int
    disputers: int
    resolved_disputes: Decimal
    is_short: bool | None
    first_reported: datetime
    last_changed: datetime
    lock: str | None
    hidden: bool
    shadow_hidden: bool
    held: bool
    burst: bool
    settled: str | None
    stood: bool


def tally(video_id: str) -> Tally | None:
    """The tally of a video, None if nobody ever spoke of it. One statement."""
    found = prepared_rows(sql.TALLY, {"videos": [video_id]})
    if not found:
        return None
    by_category, others = found[0][:3], found[0][3:]
    voted: Any = [
        {c: n for c, n, votes in zip(Category.values, of, by_category[0], strict=True) if votes}
        for of in by_category
    ]
    return Tally(*voted, *others)


def claims(video_ids: Sequence[str]) -> dict[str, list[str]]:
    """What the voters of each video say its channel is: ids and `@handle`s, in order."""
    found: dict[str, list[str]] = {}
    for video_id, claim in sorted(rows(sql.CLAIMS, {"videos": list(video_ids)})):
        found.setdefault(video_id, []).append(claim)
    return found


def rival_claims(video_id: str, *, limit: int) -> list[tuple[str, int]]:
    """What voters call a video's channel and how many voices do, the weightiest first."""
    return rows(sql.RIVAL_CLAIMS, {"video": video_id, "limit": limit})


def count_votes(voter_ids: Iterable[str]) -> None:
    """Bring `vote_count` of these voters up to their active votes."""
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT_VOTES, {"voters": sorted(set(voter_ids))})


def settle(settled: dict[str, tuple[str | None, bool]]) -> None:
    """Write down how these videos stand: verdict, and whether votes newly carry them to 80."""
    if settled:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SETTLE,
                {
                    "videos": list(settled),
                    "verdicts": [verdict for verdict, _ in settled.values()],
                    "stood": [stood for _, stood in settled.values()],
                },
            )
