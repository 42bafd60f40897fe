"""The raw statements on reports of channels."""

# The row's label of the network is kept over a change of keys: one network has one label.
REPORT = """
INSERT INTO votes_channelreport (voter_id, channel_key, category, voice)
VALUES (%(voter)s, %(key)s, %(category)s, coalesce((
  SELECT k.voice FROM votes_channelreport k
  WHERE k.channel_key = %(key)s AND k.voice = %(voice_before)s LIMIT 1), %(voice)s))
ON CONFLICT (voter_id, channel_key) DO UPDATE SET category = excluded.category,
  voice = excluded.voice, reported_at = now()
RETURNING id
"""

# Opinions that were formed in this transaction. One that is repeated stays what it was.
JOIN_VOTES = """
UPDATE votes_vote SET report = %(report)s
WHERE voter_id = %(voter)s AND video_id = ANY(%(videos)s) AND cast_at >= now()
"""

# By category, and of all together as ''.
VOICES = """
SELECT coalesce(c.category, ''), count(DISTINCT coalesce('c' || r.cluster, c.voice, 'v' || c.id))
FROM votes_channelreport c JOIN votes_voter r ON r.public_id = c.voter_id
WHERE c.channel_key = %(key)s AND NOT r.is_shadowbanned
GROUP BY GROUPING SETS ((), (c.category)) ORDER BY 1
"""
