"""The raw statements on the monthly sample."""

_MONTH = "(%(month)s::timestamp AT TIME ZONE 'UTC')"
_MONTH_AFTER = "((%(month)s::timestamp + interval '1 month') AT TIME ZONE 'UTC')"

# The month that is over, and whether it has a sample already.
LAST_MONTH = """
SELECT m.month, EXISTS (SELECT FROM votes_sample s WHERE s.month = m.month)
FROM (SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month')::date AS month) m
"""

# What juries decided in a month and no jury has decided otherwise since, in one order for ever.
DECIDED = f"""
SELECT p.outcome, p.id FROM votes_panel p
WHERE p.outcome IN ('ai', 'human') AND p.decided_at >= {_MONTH} AND p.decided_at < {_MONTH_AFTER}
  AND NOT EXISTS (SELECT FROM votes_panel l
    WHERE l.target_id = p.target_id AND l.target_type = p.target_type AND l.id > p.id
      AND l.outcome IN ('ai', 'human'))
ORDER BY p.id
"""

# Of a channel one of its videos, by a lottery of the same seed: each decision is one item, or a
# single channel of ten thousand videos would be the whole sample.
STORE_ITEMS = """
INSERT INTO votes_sampleitem (sample_id, panel_id, side, place, video_id)
SELECT %(month)s, p.id, p.outcome, n.place, coalesce(v.video_id, p.videos[1])
FROM json_to_recordset(%(records)s) AS n(panel bigint, place int)
JOIN votes_panel p ON p.id = n.panel
LEFT JOIN LATERAL (
  SELECT video_id FROM videos_video w
  WHERE p.target_type = 'channel' AND NOT w.hidden AND NOT w.shadow_hidden
    AND (w.channel_id = p.target_id
      OR (p.target_id LIKE '@%%' AND w.channel_handle = substr(p.target_id, 2)))
  ORDER BY sha256(%(seed)s || convert_to(w.video_id, 'UTF8')) LIMIT 1) v ON true
"""

# A decision of a moderator about an item's video, or its channel, since the jury was asked; whoever
# made it has seen the evidence.
_DECISION = """
SELECT FROM votes_panel p JOIN votes_decision d ON d.created_at > p.opened_at AND (
  (d.target_type = 'video' AND d.target_id = i.video_id)
  OR (d.target_type = 'channel'
    AND d.target_id IN (p.channel, CASE p.target_type WHEN 'channel' THEN p.target_id END)))
WHERE p.id = i.panel_id
"""
_HAS_DECIDED = f"EXISTS ({_DECISION} AND d.actor = %(moderator)s)"

# Only what was decided before the draw: else whoever sees an error in the sample could take it out.
SET_ASIDE = f"""
UPDATE votes_sampleitem i SET set_aside_at = now()
FROM votes_sample s
WHERE s.month = i.sample_id AND s.closed_at IS NULL
  AND i.set_aside_at IS NULL AND i.settled_at IS NULL
  AND EXISTS ({_DECISION} AND d.created_at <= s.drawn_at)
"""

# Items that are asked: of each side the first that are not set aside, as many as are wanted.
_ASKED = """
SELECT * FROM (
  SELECT i.*, s.closed_at, CASE i.side WHEN 'ai' THEN s.wanted_ai ELSE s.wanted_human END AS wanted,
    row_number() OVER (PARTITION BY i.sample_id, i.side ORDER BY i.place) AS n
  FROM votes_sampleitem i JOIN votes_sample s ON s.month = i.sample_id
  WHERE i.set_aside_at IS NULL AND {which}) AS q
WHERE n <= wanted
"""
_OF_OPEN = _ASKED.format(which="s.closed_at IS NULL")

# The next item for a moderator: of the oldest month, what others have begun, and else in an order
# that says nothing of sides.
NEXT = f"""
SELECT i.id FROM ({_OF_OPEN}) i
CROSS JOIN LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE moderator = %(moderator)s) AS own
  FROM votes_sampleanswer a WHERE a.item_id = i.id) a
WHERE i.settled_at IS NULL AND a.own = 0 AND NOT {_HAS_DECIDED}
ORDER BY i.sample_id, a.n DESC, md5(i.video_id), i.id LIMIT 1
"""

# How many items of open samples wait for anybody's answer, for this moderator's, and all of them.
WAITING = f"""
SELECT count(*) FILTER (WHERE i.settled_at IS NULL),
  count(*) FILTER (WHERE i.settled_at IS NULL AND NOT EXISTS (
    SELECT FROM votes_sampleanswer a WHERE a.item_id = i.id AND a.moderator = %(moderator)s)
    AND NOT {_HAS_DECIDED}),
  count(*)
FROM ({_OF_OPEN}) i
"""

LOCK_ITEM = f"""
SELECT l.settled_at IS NOT NULL, l.set_aside_at IS NOT NULL OR i.id IS NULL,
  i.id IS NOT NULL AND {_HAS_DECIDED}
FROM votes_sampleitem l
LEFT JOIN ({_OF_OPEN}) i ON i.id = l.id
WHERE l.id = %(item)s FOR UPDATE OF l
"""

# Items with as many answers as it takes that nobody has settled yet: those that were just answered,
# and those of a site that has fewer moderators since.
ENOUGH = f"""
SELECT i.id, i.video_id, i.side, to_char(i.sample_id, 'YYYY-MM'), a.said
FROM ({_OF_OPEN}) i
CROSS JOIN LATERAL (SELECT array_agg(answer ORDER BY id) AS said
  FROM votes_sampleanswer a WHERE a.item_id = i.id) a
WHERE i.settled_at IS NULL AND cardinality(a.said) >= %(needed)s
ORDER BY i.id
"""

SETTLE = """
UPDATE votes_sampleitem i SET verdict = n.verdict, settled_at = now()
FROM json_to_recordset(%(records)s) AS n(id bigint, verdict text)
WHERE i.id = n.id AND i.settled_at IS NULL
"""

# Samples whose time is over, or of which nothing is left to answer.
DUE = f"""
SELECT s.month FROM votes_sample s
WHERE s.closed_at IS NULL
  AND (now() >= (s.month::timestamp + interval '2 months') AT TIME ZONE 'UTC'
    OR NOT EXISTS (SELECT FROM ({_OF_OPEN}) i WHERE i.sample_id = s.month AND i.settled_at IS NULL))
ORDER BY s.month FOR UPDATE OF s
"""

# What a sample found, by side: decided, asked, set aside before, clear answers, unclear, wrong.
FOUND = f"""
SELECT side.name, CASE side.name WHEN 'ai' THEN s.of_ai ELSE s.of_human END, count(i.id),
  (SELECT count(*) FROM votes_sampleitem t
    WHERE t.sample_id = s.month AND t.side = side.name AND t.set_aside_at IS NOT NULL),
  count(i.id) FILTER (WHERE i.verdict IN ('ai', 'human')),
  count(i.id) FILTER (WHERE i.verdict = 'unsure'),
  count(i.id) FILTER (WHERE i.verdict IN ('ai', 'human') AND i.verdict <> i.side)
FROM votes_sample s CROSS JOIN (VALUES ('ai'), ('human')) AS side(name)
LEFT JOIN ({_ASKED.format(which="s.month = %(month)s")}) i
  ON i.sample_id = s.month AND i.side = side.name
WHERE s.month = %(month)s
GROUP BY s.month, side.name ORDER BY side.name
"""

FORGET_NAMES = """
UPDATE votes_sampleanswer a SET moderator = NULL
FROM votes_sampleitem i WHERE i.id = a.item_id AND i.sample_id = %(month)s
"""

# What is open: how many items, and how old the oldest sample with any is.
LEFT = f"""
SELECT count(*), extract(epoch FROM now() - min(s.drawn_at))::float8
FROM ({_OF_OPEN}) i JOIN votes_sample s ON s.month = i.sample_id
WHERE i.settled_at IS NULL
"""
