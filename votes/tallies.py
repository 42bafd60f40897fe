"""Set-wise reads of what the votes and decisions say about videos."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from common.db import prepared_rows
from votes import sql, tally_sql

Claims = dict[str, tuple[int, Decimal]]
"""What voters call a channel: by claim, the independent voices that say so and their trust."""


@dataclass(slots=True)
class Tally:
    """The active votes on one video, and what moderators said of it.

    `votes` counts them by category; `weights` sums them by category, each voice once with its
    heaviest vote; `weights_without_burst` leaves out those of a burst that is held. `ai_voices` are
    the voices for AI, `voices_without_burst` the same without a burst's, `disputers` those against
    it. `lock_kind` is the kind of AI that the lock names, if it names one. `ruled` is the key of
    the channel that a moderator named, empty for none of those that voters name, None where voters
    decide. `found` is what a jury decided, `jury` and `jury_kind` the same as long as juries
    confirm. `ids` and `handles` are what voters claim.
    """

    votes: dict[str, int]
    weights: dict[str, Decimal]
    weights_without_burst: dict[str, Decimal]
    ai_voices: int
    voices_without_burst: int
    disputers: int
    is_short: bool | None
    first_reported: datetime
    last_changed: datetime
    lock: str | None
    lock_kind: str | None
    hidden: bool
    shadow_hidden: bool
    held: bool
    burst: bool
    ruled: str | None
    found: str | None
    jury: str | None
    jury_kind: str | None
    ids: Claims
    handles: Claims


def tallies(video_ids: Collection[str]) -> dict[str, Tally]:
    """The tallies of those of the videos that somebody spoke of. One prepared statement."""
    found: dict[str, Tally] = {}
    for (
        video_id,
        names,
        counts,
        trust,
        without_burst,
        *others,
        kinds,
        claims,
        voices,
        claiming,
    ) in prepared_rows(tally_sql.TALLIES, {"videos": list(video_ids)}):
        claimed: dict[str, Claims] = {"id": {}, "handle": {}}
        for kind, claim, *of in zip(*map(_listed, (kinds, claims, voices, claiming)), strict=True):
            claimed[kind][claim] = (of[0], of[1])
        weights = dict(zip(_listed(names), _listed(trust), strict=True))
        values: list[Any] = [
            dict(zip(weights, _listed(counts), strict=True)),
            weights,
            dict(zip(weights, without_burst, strict=True)) if without_burst else weights,
        ]
        values += [*others, claimed["id"], claimed["handle"]]
        found[video_id] = Tally(*values)
    return found


def _listed(values: list[Any] | None) -> list[Any]:
    """An array; nothing was added up where it is null."""
    return values or []


def rival_claims(tally: Tally) -> list[tuple[str, int]]:
    """What voters call a video's channel and how many voices do, the weightiest first."""
    claims = [*tally.ids.items(), *((f"@{name}", of) for name, of in tally.handles.items())]
    claims.sort(key=lambda it: (-it[1][1], -it[1][0], it[0].startswith("@"), it[0]))
    return [(claim, voices) for claim, (voices, _) in claims]


def count_votes(voter_ids: Iterable[str]) -> None:
    """Bring `vote_count` of these voters up to their active votes."""
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT_VOTES, {"voters": sorted(set(voter_ids))})
