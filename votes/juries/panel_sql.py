"""The raw statements on panels and draws."""

from votes.juries.rule import PARAMETERS
from votes.juries.sql import ID, SEEN_DAYS, TODAY

OPEN_HOURS = 48
"""How long a question of a panel, or one that looks like it, may be answered."""
STALE_DAYS = 7
"""A panel that is not decided by then is a moderator's: there is nobody left to ask."""

# No batch lasts so long: an end behind this was written before the clock was corrected.
_DUE = "(batch_ends_at <= now() OR batch_ends_at > now() + interval '2 days')"

_STALE = f"opened_at NOT BETWEEN now() - interval '{STALE_DAYS} days' AND now() + interval '2 days'"

# Also those for which nobody was ever drawn: they would hold a place for ever.
ENDED = f"""
SELECT id, target_type, target_id, channel, drawn, {_STALE}
FROM votes_panel WHERE outcome = 'open' AND ({_DUE} OR (batch_ends_at IS NULL AND {_STALE}))
ORDER BY id LIMIT %(limit)s FOR UPDATE
"""

# What drawn jurors said who are rooted still, the first first: which panel, what, the kind of AI,
# and their cluster and network.
SAID = """
SELECT q.panel_id, q.answer, q.kind, 'c' || r.cluster, 'a' || q.voice
FROM votes_question q JOIN votes_juror j ON j.voter_id = q.juror_id
JOIN votes_voter r ON r.public_id = j.voter_id
WHERE q.panel_id = ANY(%(panels)s) AND q.answer IS NOT NULL
  AND j.is_rooted AND NOT r.is_paused_juror AND NOT r.is_shadowbanned
ORDER BY q.panel_id, q.answered_at, q.id
"""

DECIDE = """
UPDATE votes_panel p SET outcome = n.outcome, label = n.label, said_ai = n.said_ai,
  said_human = n.said_human, decided_at = now()
FROM json_to_recordset(%(records)s) AS n(
  id bigint, outcome text, label text, said_ai int, said_human int)
WHERE p.id = n.id
"""

# Who can be drawn, in the order of the draw: number, cluster, network by the key that all are known
# by, and how many questions they may still be asked today.
ELIGIBLE = f"""
SELECT j.number, 'c' || r.cluster, 'a' || CASE
    WHEN j.period = %(period)s THEN j.voice_before ELSE j.voice END,
  {PARAMETERS.a_day} - (
    SELECT coalesce(max(slot), 0) FROM votes_question q
    WHERE q.juror_id = j.voter_id AND q.day = {TODAY})
FROM votes_juror j JOIN votes_voter r ON r.public_id = j.voter_id
WHERE j.is_rooted AND NOT r.is_paused_juror AND NOT r.is_shadowbanned
  AND j.voice IS NOT NULL AND j.period >= %(period)s - 1
  AND j.seen_at BETWEEN now() - interval '{SEEN_DAYS} days' AND now() + interval '2 days'
ORDER BY j.number
"""

WAITING = f"""
SELECT id, batch, drawn FROM votes_panel
WHERE outcome = 'open' AND drawn < {PARAMETERS.most} AND (batch_ends_at IS NULL OR {_DUE})
ORDER BY id FOR UPDATE
"""

# Those who spoke of a panel's videos or channel, and those who sat on a panel about the same.
BARRED = """
WITH panels AS (
  SELECT * FROM votes_panel WHERE id = ANY(%(panels)s)
)
SELECT p.id, j.number FROM panels p JOIN votes_vote v ON v.video_id = ANY(p.videos)
JOIN votes_juror j ON j.voter_id = v.voter_id
UNION
SELECT p.id, j.number FROM panels p
JOIN votes_channelreport c ON c.channel_key IN (p.target_id, p.channel)
JOIN votes_juror j ON j.voter_id = c.voter_id
UNION
SELECT p.id, unnest(b.picks) FROM panels p
JOIN votes_panel e ON e.target_id = p.target_id AND e.target_type = p.target_type
JOIN votes_drawnbatch b ON b.panel_id = e.id
UNION
SELECT p.id, unnest(b.picks) FROM panels p
JOIN votes_panel e ON e.target_id = p.channel AND e.target_type = 'channel'
JOIN votes_drawnbatch b ON b.panel_id = e.id
"""

SITTING = """
SELECT panel_id, unnest(picks) FROM votes_drawnbatch WHERE panel_id = ANY(%(panels)s)
"""

LOG_DRAW = """
INSERT INTO votes_draw (seed, jurors, voices, "left")
VALUES (%(seed)s, %(jurors)s::bigint[], %(voices)s::int[], %(left)s::smallint[]) RETURNING id
"""

LOG_BATCHES = """
INSERT INTO votes_drawnbatch (draw_id, panel_id, batch, size, barred, taken, picks)
SELECT %(draw)s, n.panel, n.batch, n.size,
  ARRAY(SELECT json_array_elements_text(n.barred)::bigint),
  ARRAY(SELECT json_array_elements_text(n.taken)::int),
  ARRAY(SELECT json_array_elements_text(n.picks)::bigint)
FROM json_to_recordset(%(records)s) AS n(
  panel bigint, batch int, size int, barred json, taken json, picks json)
"""

BEGIN_BATCHES = f"""
UPDATE votes_panel p SET batch = n.batch, drawn = p.drawn + json_array_length(n.picks),
  batch_ends_at = now() + interval '{PARAMETERS.pace} hours'
FROM json_to_recordset(%(records)s) AS n(panel bigint, batch int, picks json)
WHERE p.id = n.panel
"""

ASK = f"""
INSERT INTO votes_question (id, juror_id, panel_id, day, slot, closes_at)
SELECT {ID}, j.voter_id, n.panel, {TODAY}, n.slot, now() + interval '{OPEN_HOURS} hours'
FROM json_to_recordset(%(records)s) AS n(panel bigint, number bigint, slot int)
JOIN votes_juror j ON j.number = n.number
"""

ASK_GOLD = f"""
INSERT INTO votes_question (id, juror_id, gold_id, day, slot, closes_at)
SELECT {ID}, j.voter_id, g.id, {TODAY}, n.slot, now() + interval '{OPEN_HOURS} hours'
FROM json_to_recordset(%(records)s) AS n(number bigint, slot int)
JOIN votes_juror j ON j.number = n.number
CROSS JOIN LATERAL (
  SELECT id FROM votes_golditem g
  WHERE is_secret AND retired_at IS NULL AND NOT EXISTS (
    SELECT FROM votes_question k WHERE k.juror_id = j.voter_id AND k.gold_id = g.id)
  ORDER BY random() LIMIT 1) AS g
"""

# Panels that are open, jurors who can be drawn, and what came of those drawn of late.
COUNTS = f"""
SELECT (SELECT count(*) FROM votes_panel WHERE outcome = 'open'),
  (SELECT count(*) FROM votes_juror WHERE is_rooted
    AND seen_at > now() - interval '{SEEN_DAYS} days'),
  (SELECT sum(said_ai + said_human)::float8 / nullif(sum(drawn), 0) FROM votes_panel
    WHERE outcome <> 'open' AND decided_at > now() - interval '7 days')
"""

OPEN = """
INSERT INTO votes_panel (target_type, target_id, videos, channel, cause)
SELECT n.target_type, n.target_id, ARRAY(SELECT json_array_elements_text(n.videos)), n.channel,
  n.cause
FROM json_to_recordset(%(records)s) AS n(
  target_type text, target_id text, videos json, channel text, cause text)
ON CONFLICT DO NOTHING
"""
