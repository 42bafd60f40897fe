"""Every raw statement of the desk."""

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

ASK_VOTERS = """
INSERT INTO desk_votersof (video_id) VALUES (%(video)s)
ON CONFLICT (video_id) DO UPDATE SET asked_at = now()
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

# The number of an open case before and behind this one, in the order of `CaseQuerySet.queued`.
NEIGHBOURS = """
SELECT before, behind FROM (
  SELECT c.id, lag(c.id) OVER queue AS before, lead(c.id) OVER queue AS behind
  FROM votes_case c
  LEFT JOIN votes_reportedchannel r ON c.target_type = 'channel' AND r.key = c.target_id
  WHERE NOT (c.state = 'closed') OR c.id = %(case)s
  WINDOW queue AS (ORDER BY coalesce(r.weight, 0) DESC, c.id)) AS q
WHERE id = %(case)s
"""

# Whether an appeal about a target waits, whether votes of a burst upon it are held, and whether
# voters disagree about whose video it is.
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
        AND target_id = ANY(%(keys)s)))
"""

# What a batch is about, in the collation of keys: thousands of them, which need not travel.
TARGETS = 'SELECT unnest(targets) COLLATE "C" FROM desk_batch WHERE id = %s'
TARGET_HANDLES = """
SELECT substr(target, 2) COLLATE "C" FROM desk_batch, unnest(targets) AS target
WHERE id = %s AND target LIKE '@%%'
"""
