"""The statements about clips that Django's own language does not have."""

SET_EXPIRY = """
WITH clips AS (
  SELECT c.id, c.target_type, c.target_id, c.vote_id, c.created_at,
         coalesce(c.case_id, a.case_id) AS case_id
  FROM evidence_clip c LEFT JOIN votes_appeal a ON a.token = c.appeal_id
  WHERE c.state <> 'expired'
), ended AS (
  SELECT clips.id, CASE WHEN k.state = 'closed' THEN k.closed_at END AS at
  FROM clips JOIN votes_case k ON k.id = clips.case_id
  UNION ALL
  SELECT clips.id, CASE WHEN NOT coalesce(bool_or(k.state <> 'closed'), false)
                        THEN greatest(clips.created_at, max(k.closed_at)) END AS at
  FROM clips LEFT JOIN votes_case k
    ON k.target_type = clips.target_type AND k.target_id = clips.target_id
  WHERE clips.vote_id IS NOT NULL
  GROUP BY clips.id, clips.created_at
)
UPDATE evidence_clip c
SET closed_at = ended.at, expires_at = ended.at + make_interval(days => %(days)s)
FROM ended
WHERE ended.id = c.id
  AND c.expires_at IS DISTINCT FROM ended.at + make_interval(days => %(days)s)
"""
"""Has each clip expire so many days after its case was closed. What came with a vote does after the
last case about the video, or after it was sent if there was none."""
