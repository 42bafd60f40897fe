"""Which jurors always agree with each other, found each night for all at once.

Two honest jurors agree as often as their accuracies say: both are right, or both are wrong. Who
arranges what to say agrees more often. It accuses nobody: moderators see the pairs at the desk.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from common.db import execute
from votes.models import JurorPair

TOGETHER = 20
"""With fewer panels in common nothing is said of two jurors."""
EXCESS = 3.5
"""Standard deviations above what is expected from which on a pair is shown: among 780 pairs of 40
honest jurors it is hardly ever reached (docs/juries.md)."""
DAYS = 365
"""So old answers at most are compared."""
TIMEOUT = "9min"

# What rooted jurors said on panels whose target is decided, and how likely each was to be right. A
# panel counts by how its target was last decided, as in a juror's record. Poisson's binomial: the
# variance of a sum of independent agreements is the sum of their variances.
_FIND = """
WITH said AS (
  SELECT q.juror_id, q.panel_id, q.answer <> 'human' AS ai,
    (q.answer <> 'human') = (l.outcome = 'ai') AS is_right,
    CASE l.outcome WHEN 'ai' THEN j.sensitivity ELSE j.specificity END AS accuracy
  FROM votes_question q JOIN votes_juror j ON j.voter_id = q.juror_id
  JOIN votes_panel p ON p.id = q.panel_id
  CROSS JOIN LATERAL (
    SELECT outcome FROM votes_panel l
    WHERE l.target_id = p.target_id AND l.target_type = p.target_type
      AND l.outcome IN ('ai', 'human')
    ORDER BY l.id DESC LIMIT 1) l
  WHERE j.is_rooted AND q.answer IS NOT NULL AND q.answer <> 'unsure' AND p.outcome <> 'open'
    AND q.answered_at > now() - %(days)s * interval '1 day'
), pair AS (
  SELECT a.juror_id AS first, b.juror_id AS second, count(*) AS together,
    count(*) FILTER (WHERE a.ai = b.ai) AS agreed,
    count(*) FILTER (WHERE a.ai = b.ai AND NOT a.is_right) AS both_wrong,
    sum(x.p) AS expected, sqrt(sum(x.p * (1 - x.p))) AS deviation
  FROM said a JOIN said b ON b.panel_id = a.panel_id AND b.juror_id > a.juror_id
  CROSS JOIN LATERAL (
    SELECT a.accuracy * b.accuracy + (1 - a.accuracy) * (1 - b.accuracy) AS p) x
  GROUP BY a.juror_id, b.juror_id HAVING count(*) >= %(together)s
)
INSERT INTO votes_jurorpair (first_id, second_id, together, agreed, both_wrong, expected, excess)
SELECT first, second, together, agreed, both_wrong, expected, (agreed - expected) / deviation
FROM pair WHERE agreed - expected >= %(excess)s * deviation AND deviation > 0
"""


@transaction.atomic
def find() -> int:
    """Find the pairs anew; how many there are."""
    execute("SET LOCAL statement_timeout = %(timeout)s", {"timeout": TIMEOUT})
    # Two at once: the second waits for the first, and finds the same.
    execute("LOCK TABLE votes_jurorpair IN SHARE ROW EXCLUSIVE MODE")
    JurorPair.objects.all().delete()
    return execute(_FIND, {"days": DAYS, "together": TOGETHER, "excess": EXCESS})


def stored(voter_id: str) -> list[dict[str, Any]]:
    """What is stored of a juror and others, without saying who these are."""
    pairs = JurorPair.objects.filter(Q(first_id=voter_id) | Q(second_id=voter_id))
    return [
        dict(row)
        for row in pairs.order_by("pk").values(
            "together", "agreed", "both_wrong", "expected", "excess", "found_at"
        )
    ]
