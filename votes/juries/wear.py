"""How far secret gold is used up: each item measures each juror once (docs/juries.md)."""

from __future__ import annotations

from dataclasses import dataclass

from common.db import execute, rows

FEW = 10
"""With fewer secret items left for a juror, moderators have to add some."""

# Secret items in use, rooted jurors, and of how many items the juror with the fewest and the one in
# the middle have not been asked. And how many a rooted juror was asked on a day of the last month.
_LEFT = """
SELECT g.n, count(*), min(g.n - k.asked),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY g.n - k.asked), avg(k.lately)::float8 / 30
FROM (SELECT count(*) AS n FROM votes_golditem WHERE is_secret AND retired_at IS NULL) g
CROSS JOIN votes_juror j
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE i.is_secret AND i.retired_at IS NULL) AS asked,
    count(*) FILTER (WHERE q.round IS NULL AND q.asked_at > now() - interval '30 days') AS lately
  FROM votes_question q JOIN votes_golditem i ON i.id = q.gold_id
  WHERE q.juror_id = j.voter_id AND q.gold_id IS NOT NULL) k
WHERE j.is_rooted AND {whose}
GROUP BY g.n
"""
_OF_ONE = _LEFT.format(whose="j.voter_id = %(juror)s")
_COUNT = f"""
WITH counted AS ({_LEFT.format(whose="true")}),
gone AS (DELETE FROM votes_goldleft WHERE NOT EXISTS (SELECT FROM counted))
INSERT INTO votes_goldleft (id, "of", jurors, least, median, a_day) SELECT 1, * FROM counted
ON CONFLICT (id) DO UPDATE SET "of" = excluded."of", jurors = excluded.jurors,
  least = excluded.least, median = excluded.median, a_day = excluded.a_day
"""
LEFT = 'SELECT "of", jurors, least, median, a_day FROM votes_goldleft'
"""As `count` kept it."""


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


def count() -> None:
    """Count anew what is left for all rooted jurors, for `left`; a worker does, every few minutes.

    It looks at each juror's gold: half a second where ten thousand have seen fifty items each.
    """
    execute(_COUNT)


def left() -> Left | None:
    """What was left for all rooted jurors when that was counted last; None if there were none."""
    found = rows(LEFT)
    return Left(*found[0]) if found else None


def left_for(juror: str) -> Left | None:
    """What is left for one juror, now; None for one who is not rooted."""
    found = rows(_OF_ONE, {"juror": juror})
    return Left(*found[0]) if found else None
