"""The raw statements on reports of channels."""

from votes import networks, trust
from votes.signs.sql import UNNAME
from votes.sql import TOO_FAR
from votes.titles.sql import UNSAY

AMONG = 2000
"""Networks that are listened to, of those that report a channel."""
OF_A_VOICE = 5
"""Of each the newest reports: many accounts of a network cost no more and push nobody out."""
KEPT_DAYS = networks.COMPARED_DAYS
"""How long a report is kept, and counts: afterwards its network could come again as another."""

_MARK = "INSERT INTO votes_observedchannel (key) SELECT DISTINCT channel_key FROM"

# Saying the same again neither hastens nor delays it.
REPORT = f"""
WITH stored AS (
  INSERT INTO votes_channelreport AS c (
    voter_id, channel_key, category, trust_weight, voice, waits_until)
  VALUES (%(voter)s, %(key)s, %(category)s, %(weight)s, %(voice)s,
    now() + %(delay)s::int * interval '1 minute')
  ON CONFLICT (voter_id, channel_key) DO UPDATE SET category = excluded.category,
    trust_weight = excluded.trust_weight, voice = excluded.voice, reported_at = now()
  RETURNING id, channel_key, waits_until
), mark AS (
  {_MARK} stored WHERE waits_until IS NULL
)
SELECT id FROM stored
"""

# At a change of keys the network's earlier reports take its new label, since the one after the next
# key knows neither of the old ones. A row that somebody is writing has the new one already.
RELABEL = """
UPDATE votes_channelreport SET voice = %(voice)s WHERE id IN (
  SELECT id FROM votes_channelreport
  WHERE channel_key = %(key)s AND voice = %(voice_before)s FOR NO KEY UPDATE SKIP LOCKED)
"""

# Opinions that were formed in this transaction. One that is repeated stays what it was.
JOIN_VOTES = """
UPDATE votes_vote SET report = %(report)s
WHERE voter_id = %(voter)s AND video_id = ANY(%(videos)s) AND cast_at >= now()
"""

RETRACT_VOTES = f"""
WITH voter AS (
  SELECT public_id FROM votes_voter WHERE public_id = %(voter)s FOR KEY SHARE
), came AS (
  SELECT v.id FROM voter r JOIN votes_vote v ON v.voter_id = r.public_id
  WHERE v.retracted_at IS NULL AND v.report = (
    SELECT id FROM votes_channelreport WHERE voter_id = %(voter)s AND channel_key = %(key)s)
  ORDER BY v.video_id FOR NO KEY UPDATE OF v
), gone AS (
  UPDATE votes_vote v SET retracted_at = now(), changed_at = now(), report = NULL
  FROM came WHERE v.id = came.id RETURNING v.video_id, v.voter_id
), unsaid AS ({UNSAY}), unnamed AS ({UNNAME}), mark AS (
  INSERT INTO votes_dirtyvideo (video_id, voter_id) SELECT video_id, voter_id FROM gone
)
SELECT video_id FROM gone
"""

WITHDRAW = f"""
WITH gone AS (
  DELETE FROM votes_channelreport WHERE voter_id = %(voter)s AND channel_key = %(key)s
  RETURNING channel_key
), mark AS (
  {_MARK} gone
)
SELECT count(*) FROM gone
"""

FORGET_VOTER = f"""
WITH gone AS (
  DELETE FROM votes_channelreport WHERE voter_id = %(voter)s RETURNING channel_key
)
{_MARK} gone
"""

MARK_OF_VOTERS = f"{_MARK} votes_channelreport WHERE voter_id = ANY(%(voters)s)"

# Whether one waits is a fact, so that what follows never depends on the clock.
END_WAITING = f"""
WITH due AS (
  SELECT id FROM votes_channelreport WHERE waits_until <= now() OR waits_until > {TOO_FAR}
  ORDER BY waits_until LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
), counted AS (
  UPDATE votes_channelreport c SET waits_until = NULL FROM due WHERE c.id = due.id
  RETURNING c.channel_key
), mark AS (
  {_MARK} counted
)
SELECT count(*) FROM counted
"""

FORGET_OLD = f"""
WITH due AS (
  SELECT id FROM votes_channelreport
  WHERE reported_at < now() - interval '{KEPT_DAYS} days' OR reported_at > {TOO_FAR}
  LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM votes_channelreport c USING due WHERE c.id = due.id RETURNING c.channel_key
), mark AS (
  {_MARK} gone
)
SELECT count(*) FROM gone
"""

# By channel, name and category; a voice says what its heaviest report says. What was reported
# before a moderator last decided about the channel is answered. Networks are looked up one after
# the other, by their labels, which are as good as drawn by lot: it costs the same for any number of
# reports.
VOICES = f"""
WITH names AS (
  SELECT * FROM unnest(%(numbers)s::int[], %(keys)s::text[]) AS n(number, key)
), decided AS (
  SELECT n.number, max(d.created_at) AS at
  FROM names n JOIN votes_decision d ON d.target_type = 'channel' AND d.target_id = n.key
  WHERE d.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM votes_decision b WHERE b.reverses_id = d.id)
  GROUP BY n.number
), spoken AS (
  SELECT DISTINCT ON (n.number, n.key, s.voice) n.number, n.key, c.category,
    c.trust_weight * CASE WHEN r.is_vip THEN {trust.VIP_FACTOR} ELSE 1 END AS weight
  FROM names n LEFT JOIN decided d USING (number)
  CROSS JOIN LATERAL (
    WITH RECURSIVE heard (voice, nth) AS (
      SELECT min(voice), 1 FROM votes_channelreport WHERE channel_key = n.key
      UNION ALL
      SELECT (SELECT min(o.voice) FROM votes_channelreport o
        WHERE o.channel_key = n.key AND o.voice > h.voice), h.nth + 1
      FROM heard h WHERE h.voice IS NOT NULL AND h.nth < {AMONG}
    )
    SELECT newest.* FROM heard h CROSS JOIN LATERAL (
      SELECT * FROM votes_channelreport
      WHERE channel_key = n.key AND voice = h.voice
      ORDER BY reported_at DESC LIMIT {OF_A_VOICE}) AS newest
    UNION ALL
    (SELECT * FROM votes_channelreport WHERE channel_key = n.key AND voice IS NULL
     ORDER BY reported_at DESC LIMIT {AMONG})) AS c
  JOIN votes_voter r ON r.public_id = c.voter_id
  CROSS JOIN LATERAL (
    SELECT coalesce('c' || r.cluster, 'a' || c.voice, 'v' || c.id) AS voice) AS s
  WHERE c.waits_until IS NULL AND NOT r.is_shadowbanned
    AND (d.at IS NULL OR c.reported_at > d.at)
  ORDER BY n.number, n.key, s.voice, weight DESC, c.id
)
SELECT number, key, category, count(*), sum(weight) FROM spoken GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

STORE = """
WITH now_reported AS (
  SELECT * FROM json_to_recordset(%(records)s) AS n(key text, voices int, weight numeric)
), gone AS (
  DELETE FROM votes_reportedchannel
  WHERE key = ANY(%(keys)s) AND key NOT IN (SELECT key FROM now_reported)
)
INSERT INTO votes_reportedchannel AS r (key, voices, weight)
SELECT key, voices, weight FROM now_reported
ON CONFLICT (key) DO UPDATE SET voices = excluded.voices, weight = excluded.weight
  WHERE (r.voices, r.weight) <> (excluded.voices, excluded.weight)
"""
