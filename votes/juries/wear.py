"""How far secret gold is used up: each item measures each juror once (docs/juries.md)."""

from __future__ import annotations

from dataclasses import dataclass

from common.db import rows

FEW = 10
"""With fewer secret items left for a juror, moderators have to add some."""

# Secret items in use, rooted jurors, and of how many items the juror with the fewest and the one in
# the middle have not been asked. And how many a rooted juror was asked on a day of the last month.
LEFT = """
SELECT g.n, count(*), min(g.n - k.asked),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY g.n - k.asked), avg(k.lately)::float8 / 30
FROM (SELECT count(*) AS n FROM votes_golditem WHERE is_secret AND retired_at IS NULL) g
CROSS JOIN votes_juror j
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE i.is_secret AND i.retired_at IS NULL) AS asked,
    count(*) FILTER (WHERE q.round IS NULL AND q.asked_at > now() - interval '30 days') AS lately
  FROM votes_question q JOIN votes_golditem i ON i.id = q.gold_id
  WHERE q.juror_id = j.voter_id) k
WHERE j.is_rooted AND (%(juror)s::text IS NULL OR j.voter_id = %(juror)s)
GROUP BY g.n
"""


@dataclass(frozen=True)
class Left:
    """Secret items `of` so many that rooted `jurors` have not been asked: the juror with the fewest
    has `least`, half of them have `median` or fewer. `a_day` is what one is asked a day."""

    of: int
    jurors: int
    least: int
    median: int
    a_day: float

    @property
    def days(self) -> int | None:
        """For how many days the fewest last; None where nothing was asked of late."""
        return int(self.least / self.a_day) if self.a_day else None

    @property
    def is_short(self) -> bool:
        """Whether moderators have to add some."""
        return self.least < FEW


def left(juror: str | None = None) -> Left | None:
    """What is left for all rooted jurors, or for one; None if there are none."""
    found = rows(LEFT, {"juror": juror})
    return Left(*found[0]) if found else None
