"""Every raw statement of the desk."""

from votes.signs.sql import COUNTED
from votes.titles.sql import AGREED
from votes.voices import FIRST_CAST

# Votes, disputes and flags by hour, from `%(since)s` on; the index that knows recent votes is the
# one of those with address.
COUNT_ACTIVITY = """
INSERT INTO desk_activity AS a (hour, votes, disputes, flags)
SELECT hour, coalesce(v.votes, 0), coalesce(v.disputes, 0), coalesce(f.flags, 0)
FROM generate_series(%(since)s::timestamptz, now(), '1 hour') AS hour
LEFT JOIN (
  SELECT date_trunc('hour', cast_at, 'UTC') AS hour, count(*) AS votes,
    count(*) FILTER (WHERE category = 'not_ai') AS disputes
  FROM votes_vote WHERE cast_at >= %(since)s AND prefix_pseudonym IS NOT NULL GROUP BY 1
) v USING (hour)
LEFT JOIN (
  SELECT date_trunc('hour', at, 'UTC') AS hour, count(*) AS flags FROM sync_statuschange
  WHERE at >= %(since)s AND kind = 'video'
    AND after IN ('flagged', 'strongly_flagged', 'locked_ai')
    AND before NOT IN ('flagged', 'strongly_flagged', 'locked_ai') GROUP BY 1
) f USING (hour)
ON CONFLICT (hour) DO UPDATE SET
  votes = excluded.votes, disputes = excluded.disputes, flags = excluded.flags
"""

# The votes on a large video as a worker has laid them out: when and what; asked for if they never
# were, or that is old. Beside them what most voices called its channel when that was last a case,
# so that the page of such a video takes no statement more than others.
LAID_OUT = """
WITH asked AS (
  INSERT INTO desk_votersof AS v (video_id) VALUES (%(video)s)
  ON CONFLICT (video_id) DO UPDATE SET asked_at = now()
    WHERE v.made_at >= v.asked_at AND v.asked_at < now() - %(fresh)s::interval
  RETURNING video_id
)
SELECT v.made_at, coalesce(v.html, ''),
  v.made_at IS NULL OR v.made_at < v.asked_at OR EXISTS (SELECT FROM asked), (
    SELECT c.evidence -> 'claims' FROM votes_case c
    WHERE c.kind = 'claim_conflict' AND c.target_type = 'video' AND c.target_id = %(video)s
    ORDER BY c.id DESC LIMIT 1)
FROM (SELECT) AS it LEFT JOIN desk_votersof v ON v.video_id = %(video)s
"""

# What is open, by kind: how many, how many of them somebody has, older than a day, the oldest, and
# how many a moderator has.
OPEN_CASES = """
SELECT kind, count(*), count(*) FILTER (WHERE state = 'claimed'),
  count(*) FILTER (WHERE opened_at < now() - interval '1 day'), min(opened_at),
  count(*) FILTER (WHERE state = 'claimed' AND assignee = %(moderator)s)
FROM votes_case WHERE NOT (state = 'closed') GROUP BY kind ORDER BY min(opened_at)
"""

# The videos that most of a cluster's members voted on, at least two of them, and when, as the
# search for clusters has it.
SHARED_VIDEOS = f"""
SELECT v.video_id, count(*), count(*) FILTER (WHERE v.category = 'not_ai'),
  min({FIRST_CAST}), max({FIRST_CAST})
FROM votes_membership m JOIN votes_vote v ON v.voter_id = m.voter_id
WHERE m.cluster_id = %(cluster)s AND v.retracted_at IS NULL
GROUP BY v.video_id HAVING count(*) > 1 ORDER BY 2 DESC, v.video_id LIMIT 20
"""

_AMONG = """FROM votes_case o WHERE NOT (o.state = 'closed') AND o.id <> c.id
    AND %(kind)s IN ('', o.kind) AND %(target_type)s IN ('', o.target_type)"""
# The number of an open case before and behind this one, in the order of `CaseQuerySet.queued`;
# an empty kind or type of target is any.
NEIGHBOURS = f"""
SELECT (
  SELECT o.id {_AMONG} AND o.rank >= c.rank AND (o.rank > c.rank OR o.id < c.id)
  ORDER BY o.rank, o.id DESC LIMIT 1), (
  SELECT o.id {_AMONG} AND o.rank <= c.rank AND (o.rank < c.rank OR o.id > c.id)
  ORDER BY o.rank DESC, o.id LIMIT 1)
FROM votes_case c WHERE c.id = %(case)s
"""

# Who is concerned by what the open cases ask, as far as this service knows people: the independent
# voices about the video, those who report the channel, who is in the cluster; and how many videos
# the channel has.
WEIGH_CASES = """
WITH counted AS (
  SELECT o.id,
    coalesce(v.independent_voters + v.independent_disputers, r.voices, (
      SELECT count(*) FROM votes_membership m
      WHERE o.target_type = 'cluster' AND m.cluster_id = o.target_id)) AS affected,
    coalesce(k.videos, 0) AS size
  FROM votes_case o
  LEFT JOIN videos_video v ON o.target_type = 'video' AND v.video_id = o.target_id
  LEFT JOIN votes_reportedchannel r ON o.target_type = 'channel' AND r.key = o.target_id
  LEFT JOIN LATERAL (
    SELECT max(s.videos) AS videos FROM channels_sums s WHERE s.key = ANY(
      CASE o.target_type WHEN 'video' THEN ARRAY[v.channel_id, '@' || v.channel_handle]
        WHEN 'channel' THEN ARRAY[o.target_id] WHEN 'tie' THEN string_to_array(o.target_id, ' ')
      END)) k ON true
  WHERE NOT (o.state = 'closed')
), moved AS (
  SELECT c.id, n.affected, n.size FROM votes_case c JOIN counted n ON n.id = c.id
  WHERE (c.affected, c.size) <> (n.affected, n.size)
  FOR NO KEY UPDATE OF c SKIP LOCKED
)
UPDATE votes_case c SET affected = n.affected, size = n.size FROM moved n WHERE n.id = c.id
"""

# Whether an appeal about a target waits, whether votes of a burst upon it are held, whether voters
# disagree about whose video it is, and whether votes or lists say anything against a channel.
WAITING = """
SELECT EXISTS (SELECT FROM votes_case
    WHERE NOT (state = 'closed') AND kind = 'appeal' AND target_type = %(target_type)s
      AND target_id = ANY(%(keys)s)),
  EXISTS (SELECT FROM votes_hold
    WHERE NOT genuine AND (video_id = ANY(%(keys)s) OR scope = ANY(%(keys)s))),
  %(target_type)s = 'video' AND (
    EXISTS (SELECT FROM videos_video WHERE video_id = ANY(%(keys)s) AND claims_contested)
    OR EXISTS (SELECT FROM votes_case
      WHERE NOT (state = 'closed') AND kind = 'claim_conflict' AND target_type = 'video'
        AND target_id = ANY(%(keys)s))),
  %(target_type)s = 'channel' AND EXISTS (SELECT FROM channels_channel
    WHERE (channel_id = ANY(%(keys)s) OR handle = ANY(%(handles)s))
      AND (score > 0 OR flagged_videos > 0 OR auto_flag_new))
"""

# What else is known of a target: what voters' pages call it, its panels, what is asked about other
# things of its channel (`names`), and its cases. As (which of these, its columns).
GLANCE = f"""
SELECT 'called', to_jsonb(a) FROM ({AGREED}) AS a
UNION ALL
SELECT 'signs', to_jsonb(s) FROM ({COUNTED}) AS s
UNION ALL
SELECT 'panels', to_jsonb(p) FROM (
  SELECT id, cause, outcome, label, drawn, said_ai, said_human, opened_at, decided_at
  FROM votes_panel WHERE target_type = %(target_type)s AND target_id = ANY(%(keys)s)
  ORDER BY id DESC LIMIT 20) AS p
UNION ALL
SELECT 'thread', to_jsonb(t) FROM (
  SELECT a.reason, a.answer, a.created_at, c.id AS case_id, c.target_type, c.target_id, c.state,
    c.outcome
  FROM votes_appeal a JOIN votes_case c ON c.id = a.case_id
  WHERE a.channel = ANY(%(names)s) AND a.channel <> ''
    AND NOT (c.target_type = %(target_type)s AND c.target_id = ANY(%(keys)s))
  ORDER BY a.created_at DESC LIMIT 20) AS t
UNION ALL
SELECT 'other_cases', to_jsonb(c) FROM (
  SELECT id, kind, state, outcome, opened_at FROM votes_case
  WHERE target_type = %(target_type)s AND target_id = ANY(%(keys)s)
  ORDER BY id DESC LIMIT 50) AS c
"""

# What a batch is about, in the collation of keys: thousands of them, which need not travel.
TARGETS = 'SELECT unnest(targets) COLLATE "C" FROM desk_batch WHERE id = %s'
TARGET_HANDLES = """
SELECT substr(target, 2) COLLATE "C" FROM desk_batch, unnest(targets) AS target
WHERE id = %s AND target LIKE '@%%'
"""
