"""Trust from outcomes, set-wise; the formula is in `votes.trust`."""

from __future__ import annotations

from collections.abc import Iterable

from common.db import rows
from votes import sql


def lock_voters_of(video_ids: Iterable[str]) -> None:
    """Keep the voters of these videos as they are until the transaction ends."""
    rows(sql.LOCK_VOTERS_OF, {"videos": list(video_ids)})


def recompute_trust(voter_ids: Iterable[str]) -> int:
    """Bring the trust of these voters up to their outcomes; how many there are."""
    wanted = sorted(set(voter_ids))
    if not wanted:
        return 0
    return int(rows(sql.RECOMPUTE_TRUST, {"voters": wanted})[0][0])


def recompute_trust_after(voter_id: str, *, limit: int) -> tuple[int, str | None]:
    """The same for the next `limit` voters by id: how many, and the last; (0, None) at the end."""
    last = rows(sql.LAST_VOTER_OF_CHUNK, {"after": voter_id, "limit": limit})[0][0]
    if last is None:
        return 0, None
    parameters = {"after": voter_id, "last": last}
    count, _ = rows(sql.RECOMPUTE_TRUST_OF_CHUNK, parameters)[0]
    return int(count), last
