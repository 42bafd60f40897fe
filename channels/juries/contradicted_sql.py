"""Channels that a jury has decided about and that viewers speak against: asked about once more.

The statement is a part of `sql.AGAIN`.
"""

from videos.scoring import JURY
from votes.models import CHANNEL_VIDEOS, Panel, TargetType
from votes.voices import of_provider

CONTRADICTIONS = 5
"""Independent voices against an outcome, after it, that have a jury look again."""
REST_DAYS = 30
"""For so long nobody's voices have a jury look again at what a jury decided."""
_RECENT_DAYS = 30

# Of all its videos together: labels of networks that are alike on two videos go after a month, so
# that only voices of the last month can be told apart. One account is one, and so is a network. All
# /48s of IPv6 have the square root of their number, as if one provider had them: labels of those
# are of one video alone, and whoever has a /44 would speak on sixteen videos with as many voices.
# Looked at only where something about the channel's videos changed of late. Five of all its videos
# are shown, by lot: neither those that were shown before, nor those that the voices chose.
CHANNELS = f"""
SELECT p.target_type, p.target_id, ARRAY(
    SELECT v.video_id FROM videos_video v
    WHERE NOT v.hidden AND NOT v.shadow_hidden AND (v.channel_id = p.target_id
      OR (p.target_id LIKE '@%%' AND v.channel_handle = substr(p.target_id, 2)))
    ORDER BY random() LIMIT {CHANNEL_VIDEOS}), '{Panel.Cause.CONTRADICTION}', p.channel
FROM (SELECT * FROM decided WHERE target_type = '{TargetType.CHANNEL}'
    AND outcome IN ('ai', 'human')
    AND decided_at < now() - interval '{REST_DAYS} days') p
JOIN channels_sums s ON s.key = p.target_id
  AND (s.last > now() - interval '2 days'
    OR p.decided_at > now() - interval '{REST_DAYS + 2} days')
JOIN channels_channel h ON h.decided_by = '{JURY}'
  AND (h.channel_id = p.target_id OR '@' || h.handle = p.target_id)
CROSS JOIN LATERAL (
  SELECT least(count(DISTINCT v.voter_id),
    count(DISTINCT coalesce('c' || r.cluster, 'a' || v.prefix_pseudonym))
      FILTER (WHERE r.cluster IS NOT NULL OR v.site_pseudonym IS NULL)
    + {of_provider("count(DISTINCT v.site_pseudonym) FILTER (WHERE r.cluster IS NULL)")}) AS voices
  FROM videos_video w JOIN votes_vote v ON v.video_id = w.video_id
  JOIN votes_voter r ON r.public_id = v.voter_id
  WHERE (w.channel_id = p.target_id
      OR (p.target_id LIKE '@%%' AND w.channel_handle = substr(p.target_id, 2)))
    AND w.last_updated > now() - interval '{_RECENT_DAYS + 2} days'
    AND v.cast_at > greatest(p.decided_at, now() - interval '{_RECENT_DAYS} days')
    AND v.prefix_pseudonym IS NOT NULL AND v.retracted_at IS NULL AND v.waits_until IS NULL
    AND NOT r.is_shadowbanned AND (v.category = 'not_ai') = (p.outcome = 'ai')) AS against
WHERE against.voices >= {CONTRADICTIONS}
"""
