"""The raw statements on what waits for a jury."""

from channels.juries.contradicted_sql import CHANNELS, CONTRADICTIONS, REST_DAYS
from videos.scoring import JURY
from votes.juries.queue import MEMORY_DAYS
from votes.models import CHANNEL_VIDEOS, Panel, TargetType
from votes.voices import PROVIDER, TREE, of_providers

LOOKED_AT = 20_000
"""Suspects that a run looks at: those with most voices (in powers of two), and of equal ones others
each day, so that a flood of them cannot keep any out of sight."""
NOMINATORS = 20
"""Of each suspect, so many voices that called it AI are looked at, the first of them."""

# Videos that two voices call AI at least and that nobody has decided about. `key` is the channel.
_SUSPECTS = """
SELECT video_id, coalesce(channel_id, '@' || channel_handle) AS key, independent_voters AS viewers,
  first_reported
FROM videos_video
WHERE suspected IS NOT NULL AND NOT hidden AND NOT shadow_hidden AND NOT claims_contested
"""

# A suspected channel is asked about before its videos: one with so many suspected videos as a
# question shows, which nobody has decided about. Then single videos. Not what a jury was asked, nor
# videos of a channel that it has just decided about, which are not scored anew yet.
CANDIDATES = f"""
WITH suspects AS MATERIALIZED ({_SUSPECTS} ORDER BY suspected DESC,
    hashtextextended(video_id, extract(epoch FROM now())::bigint / 86400) LIMIT {LOOKED_AT}),
channel AS (
  SELECT s.key, array_agg(s.video_id ORDER BY s.viewers DESC, s.video_id) AS videos,
    sum(s.viewers) AS viewers, min(s.first_reported) AS since
  FROM suspects s
  WHERE s.key IS NOT NULL AND NOT EXISTS (
    SELECT FROM votes_panel p
    WHERE p.target_type = '{TargetType.CHANNEL}' AND p.target_id = s.key)
  GROUP BY s.key HAVING count(*) >= {CHANNEL_VIDEOS}
)
SELECT '{TargetType.CHANNEL}', c.key, c.videos, c.key, c.viewers, c.since
FROM channel c
WHERE NOT EXISTS (
  SELECT FROM channels_channel h
  WHERE (h.channel_id = c.key OR '@' || h.handle = c.key)
    AND (h.locked OR h.listed OR h.decided_by <> ''))
UNION ALL
SELECT '{TargetType.VIDEO}', s.video_id, ARRAY[s.video_id], s.key, s.viewers, s.first_reported
FROM suspects s
WHERE NOT EXISTS (SELECT FROM channel c WHERE c.key = s.key)
  AND NOT EXISTS (
    SELECT FROM votes_panel p
    WHERE (p.target_type = '{TargetType.VIDEO}' AND p.target_id = s.video_id)
      OR (p.target_type = '{TargetType.CHANNEL}' AND p.target_id = s.key
        AND (p.outcome = 'open' OR (p.outcome IN ('ai', 'human')
          AND p.decided_at > now() - interval '{REST_DAYS} days'))))
"""

# Who called each of the lists of videos AI, the first few: account, cluster, network and /48. Votes
# that were withdrawn or changed count: who has asked has asked. One of each voice, or else the
# first ones, all of one network, would keep everybody after them from being heard. No /32: two of
# one provider are two voices, and who shares one would wait for all others' nominations.
NAMED_BY = f"""
SELECT k.n, v.voter_id, v.cluster, v.network, v.of_site
FROM json_to_recordset(%(asked)s) AS k(n int, videos json) CROSS JOIN LATERAL (
  SELECT * FROM (
    SELECT DISTINCT ON (l.voice)
      v.id, v.cast_at, v.voter_id, r.cluster, w.network, w.of_site
    FROM votes_vote v JOIN votes_voter r ON r.public_id = v.voter_id
    CROSS JOIN LATERAL (SELECT coalesce(v.prefix_pseudonym, v.voice) AS network,
      coalesce(v.site_pseudonym, v.site) AS of_site) w
    CROSS JOIN LATERAL (SELECT coalesce('c' || r.cluster, 's' || w.of_site, 'a' || w.network,
      'v' || v.voter_id) AS voice) l
    WHERE v.video_id = ANY(ARRAY(SELECT json_array_elements_text(k.videos)))
      AND (v.category <> 'not_ai' OR v.first_ai_at IS NOT NULL)
      AND (%(ever)s OR (v.category <> 'not_ai' AND v.retracted_at IS NULL))
      AND v.waits_until IS NULL AND NOT r.is_shadowbanned
    ORDER BY l.voice, v.cast_at, v.id) AS one
  ORDER BY one.cast_at, one.id LIMIT {NOMINATORS}) AS v
ORDER BY k.n, v.cast_at, v.id
"""

# What was asked of late and is open, or did not turn out AI, in the order in which it was.
ASKED_OF_LATE = f"""
SELECT videos FROM votes_panel
WHERE cause = '{Panel.Cause.SUSPECTED}' AND outcome <> 'ai'
  AND opened_at > now() - interval '{MEMORY_DAYS} days'
ORDER BY id DESC LIMIT {LOOKED_AT}
"""

# A /48 is one voice here: nobody needs more to be heard.
_AGAINST = of_providers(
    f"""SELECT p.id AS panel, {PROVIDER} AS provider, 1 AS voices
    FROM votes_vote v JOIN votes_voter r ON r.public_id = v.voter_id
    WHERE v.video_id = p.target_id AND v.cast_at > p.decided_at AND v.retracted_at IS NULL
      AND v.waits_until IS NULL AND NOT r.is_shadowbanned
      AND (v.category = 'not_ai') = (p.outcome = 'ai')
    GROUP BY 1, 2, {TREE}""",
    "panel",
    "voices",
)
# Decided by a jury, and now contradicted by voices that spoke after it, or by an appeal: another
# jury looks at it. Not where a moderator or a list has decided since.
AGAIN = f"""
WITH decided AS (
  SELECT DISTINCT ON (target_type, target_id) * FROM votes_panel
  ORDER BY target_type, target_id, id DESC
)
SELECT p.target_type, p.target_id, p.videos, '{Panel.Cause.APPEAL}', p.channel
FROM votes_case c JOIN decided p ON p.target_type = c.target_type AND p.target_id = c.target_id
WHERE c.kind = 'appeal' AND c.state <> 'closed' AND p.outcome = 'ai' AND c.opened_at > p.decided_at
  AND (p.cause <> '{Panel.Cause.APPEAL}' OR p.decided_at < now() - interval '{REST_DAYS} days')
UNION
SELECT p.target_type, p.target_id, p.videos, '{Panel.Cause.CONTRADICTION}', p.channel
FROM (SELECT * FROM decided WHERE target_type = '{TargetType.VIDEO}' AND outcome IN ('ai', 'human')
    AND decided_at < now() - interval '{REST_DAYS} days') p
JOIN videos_video h ON h.video_id = p.target_id AND h.decided_by = '{JURY}'
  AND (h.last_updated > now() - interval '2 days'
    OR p.decided_at > now() - interval '{REST_DAYS + 2} days')
CROSS JOIN LATERAL (SELECT sum(voices) AS voices FROM ({_AGAINST}) AS providers) AS against
WHERE against.voices >= {CONTRADICTIONS}
UNION
{CHANNELS}
LIMIT %(limit)s
"""
