"""Every raw statement on channels."""

from votes.bursts import USUAL_DAYS
from votes.sql import BEFORE_THE_HOUR, BURST_COUNTS, IN_THE_HOUR, SIDE, VOTES_AND_VOTERS

# Ids and handles said to be one channel: by videos whose voters agree on both, and by lists.
TIES = """
SELECT channel_id, channel_handle, count(*), false FROM videos_video
WHERE channel_id IS NOT NULL AND channel_handle IS NOT NULL
  AND (channel_id = ANY(%(ids)s) OR channel_handle = ANY(%(handles)s))
GROUP BY 1, 2
UNION ALL
SELECT channel_id, handle, count(*), true FROM channels_listing
WHERE removed_at IS NULL AND channel_id IS NOT NULL AND handle IS NOT NULL
  AND (channel_id = ANY(%(ids)s) OR handle = ANY(%(handles)s))
GROUP BY 1, 2
"""

_CHANNELS = "unnest(%(numbers)s::int[], %(ids)s::text[], %(handles)s::text[]) AS c(n, id, handle)"

_VIDEOS = f"""
of_channel AS (
  SELECT c.n, v.* FROM {_CHANNELS} JOIN videos_video v ON v.channel_id = c.id
  UNION ALL
  SELECT c.n, v.* FROM {_CHANNELS}
  JOIN videos_video v ON v.channel_handle = c.handle AND v.channel_id IS NULL
)"""

# Hidden videos do not count; only evidence does, never a prior (D53).
TALLY = f"""
WITH {_VIDEOS}, tracked AS (
  SELECT * FROM of_channel WHERE NOT hidden AND NOT shadow_hidden AND (total_votes > 0 OR locked))
SELECT n, count(*), count(*) FILTER (WHERE evidence_score >= 50),
  coalesce(sum(evidence_score) FILTER (WHERE evidence_score >= 50), 0),
  max(last_updated),
  count(*) FILTER (WHERE evidence_score >= 50 AND claims_contested)
FROM tracked GROUP BY n
"""

TOP_CATEGORIES = f"""
WITH {_VIDEOS}
SELECT n, category FROM (
  SELECT o.n, k.category, sum(k.weighted_score) AS weight
  FROM of_channel o JOIN videos_videocategory k ON k.video_id = o.video_id
  WHERE NOT o.hidden AND NOT o.shadow_hidden GROUP BY 1, 2) AS sums
ORDER BY n, weight DESC, category
"""

# Independent voters over a channel's flagged videos: accounts by cluster, else by network. Only
# those who named the channel themselves: others' votes must not carry a false claim.
VOTERS = f"""
WITH {_VIDEOS}
SELECT o.n, count(DISTINCT coalesce('c' || r.cluster, 'p' || v.prefix_pseudonym, 'v' || v.voter_id))
FROM of_channel o
JOIN {_CHANNELS} ON c.n = o.n
JOIN votes_vote v ON v.video_id = o.video_id AND v.retracted_at IS NULL AND v.category <> 'not_ai'
  AND v.waits_until IS NULL
  AND (v.claimed_channel_id = c.id OR v.claimed_handle = c.handle)
JOIN votes_voter r ON r.public_id = v.voter_id AND NOT r.is_shadowbanned
WHERE o.evidence_score >= 50 AND NOT o.hidden AND NOT o.shadow_hidden
GROUP BY o.n
"""

# Whether a moderator has confirmed what voters claim about the channel.
CONFIRMED = f"""
SELECT c.n FROM {_CHANNELS}
JOIN votes_decision d ON d.target_type = 'channel' AND d.target_id IN (c.id, '@' || c.handle)
  AND d.action IN ('confirm_claims', 'question_claims')
GROUP BY c.n HAVING (array_agg(d.action ORDER BY d.id DESC))[1] = 'confirm_claims'
"""

# Channels with many newcomers' votes of one side within an hour on any of their videos, those
# videos, and the usual rate. Not what a moderator has released within a day.
LAST_HOUR = f"""
SELECT h.channel, h.side, h.newcomers, h.voices, h.videos, (
    SELECT count(*) FROM videos_video x JOIN votes_vote v ON v.video_id = x.video_id
    WHERE (x.channel_id = h.channel
        OR (x.channel_id IS NULL AND x.channel_handle = substr(h.channel, 2)))
      AND {SIDE} = h.side AND {BEFORE_THE_HOUR}
  ) / ({USUAL_DAYS} * 24.0) AS usual
FROM (
  SELECT channel, side, sum(newcomers)::int AS newcomers, sum(voices)::int AS voices,
    array_agg(video_id ORDER BY video_id) FILTER (WHERE newcomers > 0) AS videos
  FROM (
    SELECT coalesce(x.channel_id, '@' || x.channel_handle) AS channel, v.video_id,
      {SIDE} AS side, {BURST_COUNTS}
    FROM {VOTES_AND_VOTERS} JOIN videos_video x ON x.video_id = v.video_id
    WHERE {IN_THE_HOUR} AND v.prefix_pseudonym IS NOT NULL
    GROUP BY 1, 2, 3
  ) AS by_video
  WHERE channel IS NOT NULL GROUP BY 1, 2 HAVING sum(newcomers) >= %(least)s
) AS h
WHERE NOT EXISTS (
  SELECT FROM votes_decision d WHERE d.target_type = 'channel' AND d.target_id = h.channel
    AND d.action = 'release' AND d.created_at > now() - interval '1 day'
    AND d.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM votes_decision u WHERE u.reverses_id = d.id))
"""

LISTINGS = f"""
SELECT c.n, min(l.level) FILTER (WHERE l.removed_at IS NULL AND l.level <> 'tie'),
  max(greatest(l.first_seen, l.removed_at)),
  bool_or(l.removed_at IS NULL AND l.level <> 'tie')
FROM {_CHANNELS}
JOIN LATERAL (
  SELECT * FROM channels_listing WHERE channel_id = c.id
  UNION
  SELECT * FROM channels_listing WHERE handle = c.handle) l ON true
GROUP BY c.n
"""

DECISIONS = f"""
SELECT DISTINCT ON (c.n) c.n, d.action, d.created_at
FROM {_CHANNELS}
JOIN votes_decision d ON d.target_type = 'channel' AND d.target_id IN (c.id, '@' || c.handle)
  AND d.action IN ('flag_channel', 'clear_channel', 'unlock_channel')
ORDER BY c.n, d.id DESC
"""

# Give the channel's score and prior to its videos. Those that this changes, and whether it
# changed the prior: then they have to be scored again.
PUSH = f"""
WITH {_VIDEOS}, moved AS (
  SELECT o.video_id, o.prior, c.score, c.prior AS new_prior
  FROM of_channel o
  JOIN unnest(%(numbers)s::int[], %(scores)s::numeric[], %(priors)s::boolean[])
    AS c(n, score, prior) ON c.n = o.n
  WHERE o.channel_score IS DISTINCT FROM c.score OR o.prior <> c.prior
)
UPDATE videos_video v
SET channel_score = m.score, prior = m.new_prior, revision = %(revision)s::bigint
FROM moved m WHERE v.video_id = m.video_id
RETURNING v.video_id, m.prior <> m.new_prior
"""

POP = """
DELETE FROM channels_dirtychannel WHERE id IN (
  SELECT id FROM channels_dirtychannel ORDER BY id LIMIT %(limit)s) RETURNING key
"""

RIPE = """
SELECT n.key FROM channels_notice n
LEFT JOIN channels_channel c
  ON c.channel_id = n.key OR (left(n.key, 1) = '@' AND c.handle = substr(n.key, 2))
WHERE n.since <= now() - %(notice)s * interval '1 hour' AND NOT coalesce(c.auto_flag_new, false)
  AND NOT coalesce(c.locked, false)
LIMIT 1000
"""

WRITTEN = {
    "score": "numeric",
    "total_videos": "int",
    "flagged_videos": "int",
    "top_categories": "text",
    "locked": "boolean",
    "auto_flag_new": "boolean",
    "notice_since": "timestamptz",
    "last_updated": "timestamptz",
    "revision": "bigint",
}
_NEW = ", ".join(
    f"string_to_array(n.{name}, ',')" if name == "top_categories" else f"n.{name}"
    for name in WRITTEN
)
_ARRAYS = ", ".join(f"%({name})s::{kind}[]" for name, kind in WRITTEN.items())

# The state of channels that are there, and of new ones; `top_categories` come joined by commas.
UPDATE = f"""
UPDATE channels_channel c SET ({", ".join(WRITTEN)}) = ROW({_NEW})
FROM unnest(%(pk)s::bigint[], {_ARRAYS}) AS n(pk, {", ".join(WRITTEN)})
WHERE c.id = n.pk
"""

INSERT = f"""
INSERT INTO channels_channel (channel_id, handle, {", ".join(WRITTEN)})
SELECT n.channel_id, n.handle, {_NEW}
FROM unnest(%(channel_id)s::text[], %(handle)s::text[], {_ARRAYS})
  AS n(channel_id, handle, {", ".join(WRITTEN)})
"""

ALL_KEYS = """
SELECT channel_id FROM videos_video WHERE channel_id IS NOT NULL
UNION SELECT '@' || channel_handle FROM videos_video WHERE channel_handle IS NOT NULL
UNION SELECT channel_id FROM channels_listing WHERE channel_id IS NOT NULL
UNION SELECT '@' || handle FROM channels_listing WHERE handle IS NOT NULL
UNION SELECT target_id FROM votes_decision WHERE target_type = 'channel'
UNION SELECT channel_id FROM channels_channel WHERE channel_id IS NOT NULL
UNION SELECT '@' || handle FROM channels_channel WHERE handle IS NOT NULL
"""

# The one statement of an idle run of the pipeline.
HAS_WORK = f"""
SELECT EXISTS (SELECT FROM votes_dirtyvideo) OR EXISTS (SELECT FROM channels_dirtychannel)
  OR EXISTS ({RIPE})
"""
