"""Every raw statement on the tables of votes."""

# One statement, one commit: voter, vote and dirty mark. Repeating the same opinion only
# refreshes it (D31). A voice that this network already has on this video under the previous
# address key is taken over, so that a key's rotation does not make two voices of one network.
CAST = """
WITH voter AS (
  INSERT INTO votes_voter (public_id) VALUES (%(voter)s)
  ON CONFLICT (public_id) DO UPDATE SET last_active = now()
  RETURNING public_id, trust
), vote AS (
  INSERT INTO votes_vote AS v (
    voter_id, video_id, category, trust_weight, ip_pseudonym, prefix_pseudonym, voice,
    client_name, client_version, claimed_channel_id, claimed_handle, is_short)
  SELECT public_id, %(video)s, %(category)s, trust, %(ip)s, %(prefix)s,
    coalesce((SELECT voice FROM votes_vote
              WHERE video_id = %(video)s AND voice = %(voice_before)s LIMIT 1), %(voice)s),
    %(client_name)s, %(client_version)s, %(channel_id)s, %(handle)s, %(is_short)s
  FROM voter
  ON CONFLICT (voter_id, video_id) DO UPDATE SET
    refreshed_at = now(),
    (category, trust_weight, cast_at, changed_at, retracted_at, ip_pseudonym, prefix_pseudonym,
     voice, client_name, client_version, claimed_channel_id, claimed_handle, is_short) = (
      SELECT * FROM (VALUES (
        EXCLUDED.category, EXCLUDED.trust_weight, now(), now(), NULL::timestamptz,
        EXCLUDED.ip_pseudonym, EXCLUDED.prefix_pseudonym, EXCLUDED.voice, EXCLUDED.client_name,
        EXCLUDED.client_version, EXCLUDED.claimed_channel_id, EXCLUDED.claimed_handle,
        EXCLUDED.is_short)) AS changed
      WHERE v.category <> EXCLUDED.category OR v.retracted_at IS NOT NULL
      UNION ALL
      SELECT v.category, v.trust_weight, v.cast_at, v.changed_at, v.retracted_at,
        v.ip_pseudonym, v.prefix_pseudonym, v.voice, v.client_name, v.client_version,
        coalesce(v.claimed_channel_id, EXCLUDED.claimed_channel_id),
        coalesce(v.claimed_handle, EXCLUDED.claimed_handle),
        coalesce(v.is_short, EXCLUDED.is_short)
      WHERE v.category = EXCLUDED.category AND v.retracted_at IS NULL)
), mark AS (
  INSERT INTO votes_dirtyvideo (video_id, voter_id) SELECT %(video)s, public_id FROM voter
)
SELECT trust FROM voter
"""

RETRACT = """
WITH gone AS (
  UPDATE votes_vote SET retracted_at = now(), changed_at = now()
  WHERE voter_id = %(voter)s AND video_id = %(video)s AND retracted_at IS NULL
  RETURNING video_id, voter_id
), mark AS (
  INSERT INTO votes_dirtyvideo (video_id, voter_id) SELECT video_id, voter_id FROM gone
)
SELECT count(*) FROM gone
"""

POP = """
DELETE FROM votes_dirtyvideo WHERE id IN (
  SELECT id FROM votes_dirtyvideo ORDER BY id LIMIT %(limit)s)
RETURNING video_id, voter_id
"""

COUNT_VOTES = """
UPDATE votes_voter SET vote_count = facts.votes
FROM (SELECT r.public_id, count(v.id) AS votes
      FROM votes_voter r
      LEFT JOIN votes_vote v ON v.voter_id = r.public_id AND v.retracted_at IS NULL
      WHERE r.public_id = ANY(%(voters)s) GROUP BY r.public_id) AS facts
WHERE votes_voter.public_id = facts.public_id AND vote_count <> facts.votes
"""

# The votes that count, one row each; `voice_rank` 1 is the heaviest vote of a voice.
_ACTIVE = """
active AS (
  SELECT v.*, w.weight, coalesce(r.resolved_count, 0) > 0 AS resolved,
    row_number() OVER (
      PARTITION BY v.video_id, CASE
        WHEN r.cluster IS NOT NULL THEN 'c' || r.cluster
        WHEN v.voice IS NOT NULL THEN 'a' || v.voice
        ELSE 'v' || v.id END
      ORDER BY w.weight DESC, v.cast_at, v.id) AS voice_rank
  FROM votes_vote v
  LEFT JOIN votes_voter r ON r.public_id = v.voter_id
  CROSS JOIN LATERAL (
    SELECT v.trust_weight * CASE WHEN r.is_vip THEN 3 ELSE 1 END AS weight) w
  WHERE v.video_id = ANY(%(videos)s) AND v.retracted_at IS NULL
    AND NOT coalesce(r.is_shadowbanned, false)
)"""

CLAIMS = f"""
WITH {_ACTIVE}
SELECT video_id, 'id' AS kind, claimed_channel_id AS claim, count(*), sum(weight)
FROM active WHERE voice_rank = 1 AND claimed_channel_id IS NOT NULL GROUP BY 1, 2, 3
UNION ALL
SELECT video_id, 'handle', claimed_handle, count(*), sum(weight)
FROM active WHERE voice_rank = 1 AND claimed_handle IS NOT NULL GROUP BY 1, 2, 3
"""

# All that facts say of videos, in one round trip; each kind of row fills its own columns.
# `tally`: category, votes, weight, resolved weight, voices, is_short. `span`: when a video was
# first spoken of and last changed, withdrawn votes too. `standing`: the latest lock, visibility,
# shadow and hold decisions and when. `label`: how the video settled and since when.
FACTS = f"""
WITH {_ACTIVE}
SELECT 'tally', video_id, category, count(*),
  coalesce(sum(weight) FILTER (WHERE voice_rank = 1), 0),
  coalesce(sum(weight) FILTER (WHERE voice_rank = 1 AND resolved), 0),
  count(*) FILTER (WHERE voice_rank = 1), bool_or(is_short),
  NULL::text, NULL::text, NULL::text, NULL::timestamptz, NULL::timestamptz
FROM active GROUP BY video_id, category
UNION ALL
SELECT 'span', v.video_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  min(v.cast_at), greatest(max(v.changed_at), max(r.standing_changed_at))
FROM votes_vote v LEFT JOIN votes_voter r ON r.public_id = v.voter_id
WHERE v.video_id = ANY(%(videos)s) GROUP BY v.video_id
UNION ALL
SELECT 'standing', target_id,
  (array_agg(action ORDER BY id DESC)
     FILTER (WHERE action IN ('lock_ai', 'lock_human', 'unlock')))[1],
  NULL, NULL, NULL, NULL, NULL,
  (array_agg(action ORDER BY id DESC) FILTER (WHERE action IN ('hide', 'unhide')))[1],
  (array_agg(action ORDER BY id DESC)
     FILTER (WHERE action IN ('shadow_hide', 'shadow_unhide')))[1],
  (array_agg(action ORDER BY id DESC) FILTER (WHERE action IN ('hold', 'release')))[1],
  min(created_at), max(created_at)
FROM votes_decision WHERE target_type = 'video' AND target_id = ANY(%(videos)s)
GROUP BY target_id
UNION ALL
SELECT 'label', video_id, verdict, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, since, since
FROM votes_consensuslabel WHERE video_id = ANY(%(videos)s)
"""

SETTLE = """
INSERT INTO votes_consensuslabel (video_id, verdict, since)
SELECT unnest(%(videos)s::text[]), unnest(%(verdicts)s::text[]), now()
ON CONFLICT (video_id) DO NOTHING
"""

ALL_VIDEOS = """
SELECT video_id FROM votes_vote WHERE video_id > %(after)s
UNION SELECT target_id FROM votes_decision WHERE target_type = 'video' AND target_id > %(after)s
UNION SELECT video_id FROM votes_consensuslabel WHERE video_id > %(after)s
ORDER BY 1 LIMIT %(limit)s
"""

MARK_VIDEOS_OF_VOTER = """
INSERT INTO votes_dirtyvideo (video_id)
SELECT video_id FROM votes_vote WHERE voter_id = %(voter)s
"""

# Videos a moderator has locked keep the vote, without its voter.
ANONYMISE_ON_LOCKED = """
UPDATE votes_vote v SET voter_id = NULL, ip_pseudonym = NULL, prefix_pseudonym = NULL,
  client_name = '', client_version = ''
WHERE v.voter_id = %(voter)s AND (
  SELECT d.action FROM votes_decision d
  WHERE d.target_type = 'video' AND d.target_id = v.video_id
    AND d.action IN ('lock_ai', 'lock_human', 'unlock')
  ORDER BY d.id DESC LIMIT 1) IN ('lock_ai', 'lock_human')
"""

# Marks the pipeline holds are being deleted by it; to wait for them, with the voter locked, could
# be to wait for a pipeline that waits for the voter.
FORGET_VOTER_IN_MARKS = """
UPDATE votes_dirtyvideo SET voter_id = NULL WHERE id IN (
  SELECT id FROM votes_dirtyvideo WHERE voter_id = %(voter)s FOR UPDATE SKIP LOCKED)
"""

EXPIRE_ADDRESSES = """
UPDATE votes_vote SET ip_pseudonym = NULL, prefix_pseudonym = NULL
WHERE prefix_pseudonym IS NOT NULL AND refreshed_at < now() - interval '30 days'
"""

QUEUE = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(marked_at)), 0)
FROM (SELECT marked_at FROM votes_dirtyvideo ORDER BY id LIMIT 10000) AS head
"""
