"""Every raw statement of the pages."""

# The newest lines of the histories, of each object the last. Of either kind so many are looked at,
# however many there are: an imported list must not crowd out the videos.
LATEST = """
SELECT DISTINCT ON (kind, key) id, kind, key, at, before, after, cause
FROM (VALUES ('video'), ('channel')) AS k(of) CROSS JOIN LATERAL (
  SELECT * FROM sync_statuschange WHERE kind = k.of ORDER BY id DESC LIMIT %(looked_at)s) AS newest
ORDER BY kind, key, id DESC
"""

# AI votes that count of the last day, by video; of those among `videos` that have any.
VOTES_OF_A_DAY = """
SELECT video_id, count(*) FROM votes_vote
WHERE video_id = ANY(%(videos)s) AND cast_at > now() - interval '1 day'
  AND retracted_at IS NULL AND waits_until IS NULL AND category <> 'not_ai'
GROUP BY video_id
"""

# How much is said of videos and channels now. Confirmed is docs/contract.md#r70.
NUMBERS = """
SELECT count(*) FILTER (WHERE score >= 50),
  count(*) FILTER (WHERE score >= 80 OR (score >= 50 AND (decided_by <> '' OR locked))),
  count(*) FILTER (WHERE verdict = 'human' OR (decided_by = 'jury' AND score < 50)),
  (SELECT count(*) FROM channels_channel
   WHERE auto_flag_new OR score >= 50 OR (measured = 'counts' AND NOT locked)), now()
FROM videos_video WHERE NOT hidden AND NOT shadow_hidden
"""

DISPUTED = """
SELECT video_id FROM videos_video WHERE disputed_at IS NOT NULL
ORDER BY disputed_at DESC LIMIT %(looked_at)s
"""

# What a list said last, the newest first; of each list the same number.
LISTED = """
SELECT s.source, l.channel_id, l.handle, l.level, l.first_seen
FROM unnest(%(sources)s::text[]) AS s(source) CROSS JOIN LATERAL (
  SELECT * FROM channels_listing WHERE source = s.source AND removed_at IS NULL
    AND level IN ('block', 'warn') ORDER BY id DESC LIMIT %(most)s) AS l
"""
