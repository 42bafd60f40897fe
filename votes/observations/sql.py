"""The raw statements on observations."""

from votes.networks import COMPARED_DAYS
from votes.observations.rule import AGE_DAYS, AMONG, NEWEST, PER_VOICE
from votes.sql import TOO_FAR

# No clock is so far ahead: a time behind this was written before the clock was corrected.
_TOO_FAR_TO_WAIT = f"now() + interval '{AGE_DAYS + 1} days'"

# The voter is locked first, as a vote does.
OBSERVE = f"""
WITH added AS (
  INSERT INTO votes_voter (public_id) VALUES (%(voter)s)
  ON CONFLICT (public_id) DO NOTHING RETURNING public_id, first_seen
), voter AS (
  SELECT public_id, first_seen FROM added
  UNION ALL
  SELECT * FROM (
    SELECT public_id, first_seen FROM votes_voter WHERE public_id = %(voter)s FOR KEY SHARE) AS k
  WHERE public_id NOT IN (SELECT public_id FROM added)
), stored AS (
  INSERT INTO votes_observation AS o (voter_id, channel_key, labelled, unlabelled, labelled_count,
    unlabelled_count, voice, provider, waits_until)
  SELECT r.public_id, n.key, %(labelled)s, %(unlabelled)s, cardinality(%(labelled)s::text[]),
    cardinality(%(unlabelled)s::text[]), n.voice, n.provider,
    CASE WHEN r.first_seen > now() - interval '{AGE_DAYS} days'
      THEN r.first_seen + interval '{AGE_DAYS} days' END
  FROM voter r
  CROSS JOIN unnest(%(keys)s::text[], %(voices)s::text[], %(providers)s::text[])
    AS n(key, voice, provider)
  ON CONFLICT (voter_id, channel_key) DO UPDATE SET labelled = excluded.labelled,
    unlabelled = excluded.unlabelled, labelled_count = excluded.labelled_count,
    unlabelled_count = excluded.unlabelled_count, voice = excluded.voice,
    provider = excluded.provider, observed_at = now()
  RETURNING channel_key, waits_until
), mark AS (
  INSERT INTO votes_observedchannel (key) SELECT channel_key FROM stored WHERE waits_until IS NULL
)
SELECT max(waits_until) FROM stored
"""

# As of reports of channels (`votes/reports/sql.py`). Other /48s of the provider keep their label
# of it until they speak again, so that for 30 days it may be two: to find them takes an index.
RELABEL = """
UPDATE votes_observation o SET voice = same.now, provider = same.provider FROM (
  SELECT k.id, n.now, n.provider
  FROM unnest(%(keys)s::text[], %(voices)s::text[], %(providers)s::text[],
      %(voices_before)s::text[]) AS n(key, now, provider, before)
  JOIN votes_observation k ON k.channel_key = n.key AND k.voice = n.before
  FOR NO KEY UPDATE OF k SKIP LOCKED) AS same
WHERE o.id = same.id
"""

FORGET_VOTER = """
WITH gone AS (
  DELETE FROM votes_observation WHERE voter_id = %(voter)s RETURNING channel_key, waits_until
), mark AS (
  INSERT INTO votes_observedchannel (key) SELECT channel_key FROM gone WHERE waits_until IS NULL
)
SELECT count(*) FROM gone
"""

# Those of voters who are one voice by now, or no longer, who are banned or free again.
MARK_OF_VOTERS = """
INSERT INTO votes_observedchannel (key)
SELECT DISTINCT channel_key FROM votes_observation
WHERE voter_id = ANY(%(voters)s) AND waits_until IS NULL
"""

# Whether one waits is a fact, so that what follows never depends on the clock.
END_WAITING = f"""
WITH due AS (
  SELECT id FROM votes_observation WHERE waits_until <= now() OR waits_until > {_TOO_FAR_TO_WAIT}
  ORDER BY waits_until LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
), counted AS (
  UPDATE votes_observation o SET waits_until = NULL FROM due WHERE o.id = due.id
  RETURNING o.channel_key
), mark AS (
  INSERT INTO votes_observedchannel (key) SELECT DISTINCT channel_key FROM counted
)
SELECT count(*) FROM counted
"""

# Those whose label can no longer be compared: the network could come again as another.
FORGET_OLD = f"""
WITH due AS (
  SELECT id FROM votes_observation
  WHERE observed_at < now() - interval '{COMPARED_DAYS} days'
    OR observed_at > {TOO_FAR}
  LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM votes_observation o USING due WHERE o.id = due.id
  RETURNING o.channel_key, o.waits_until
), mark AS (
  INSERT INTO votes_observedchannel (key)
  SELECT DISTINCT channel_key FROM gone WHERE waits_until IS NULL
)
SELECT count(*) FROM gone
"""

POP = """
DELETE FROM votes_observedchannel WHERE id IN (
  SELECT id FROM votes_observedchannel ORDER BY id LIMIT %(limit)s)
RETURNING key
"""

# By when a voter first spoke of the channel: who repeats what they said pushes nobody out of sight,
# nor does one voice with many accounts.
OF_CHANNELS = f"""
SELECT channel_key, voice, provider, labelled, unlabelled
FROM unnest(%(keys)s::text[]) AS k(key) CROSS JOIN LATERAL (
  SELECT * FROM (
    SELECT a.*, row_number() OVER (PARTITION BY voice ORDER BY id DESC) AS place FROM (
      SELECT o.id, o.channel_key, coalesce('c' || r.cluster, o.voice, 'v' || o.id) AS voice,
        CASE WHEN r.cluster IS NULL THEN o.provider END AS provider, o.labelled, o.unlabelled
      FROM votes_observation o JOIN votes_voter r ON r.public_id = o.voter_id
      WHERE o.channel_key = k.key AND o.waits_until IS NULL AND NOT r.is_shadowbanned
      ORDER BY o.id DESC LIMIT {AMONG}) AS a) AS b
  WHERE place <= {PER_VOICE} ORDER BY id DESC LIMIT {NEWEST}) AS o
"""
