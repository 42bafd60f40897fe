"""Every raw statement of following."""

# Followers of one target are told if the verdict is not what they were told before. `said` has one
# line a target and name.
TELL = """
WITH told AS (
  UPDATE following_follower f SET told = s.verdict
  FROM unnest(%(changes)s::bigint[], %(kinds)s::text[], %(keys)s::text[], %(verdicts)s::text[])
    AS s (change, kind, key, verdict)
  WHERE f.kind = s.kind AND f.key = s.key AND f.confirmed_at IS NOT NULL
    AND f.since < s.change AND f.told <> s.verdict
  RETURNING f.id, f.way, s.change
)
INSERT INTO following_delivery (follower_id, way, change_id)
SELECT id, way, change FROM told
ON CONFLICT (follower_id, change_id) DO NOTHING
"""

TELL_ALL = """
INSERT INTO following_delivery (follower_id, way, change_id)
SELECT f.id, f.way, c.change
FROM following_follower f, unnest(%(changes)s::bigint[]) AS c (change)
WHERE f.kind = 'all' AND f.confirmed_at IS NOT NULL AND f.since < c.change
ON CONFLICT (follower_id, change_id) DO NOTHING
"""
