"""Every raw statement on the tables of videos."""

# Columns of a video that the facts decide, in the order of `videos.recompute.Row`.
COLUMNS: dict[str, str] = {
    "video_id": "text",
    "hash": "text",
    "channel_id": "text",
    "channel_handle": "text",
    "channel_score": "numeric",
    "prior": "boolean",
    "score": "numeric",
    "evidence_score": "numeric",
    "primary_category": "text",
    "weight_ai": "numeric",
    "weight_disputes": "numeric",
    "total_votes": "int",
    "disputes": "int",
    "voters": "int",
    "independent_voters": "int",
    "locked": "boolean",
    "verdict": "text",
    "hidden": "boolean",
    "shadow_hidden": "boolean",
    "held": "boolean",
    "preliminary": "boolean",
    "is_short": "boolean",
    "first_reported": "timestamptz",
    "last_updated": "timestamptz",
}
_ARRAYS = ", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "video_id")

UPSERT = f"""
INSERT INTO videos_video ({", ".join(COLUMNS)}) SELECT * FROM unnest({_ARRAYS})
ON CONFLICT (video_id) DO UPDATE SET {_UPDATES}
"""

DELETE_CATEGORIES = "DELETE FROM videos_videocategory WHERE video_id = ANY(%s)"

INSERT_CATEGORIES = """
INSERT INTO videos_videocategory (video_id, category, vote_count, weighted_score)
SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::numeric[])
"""

CATEGORIES = """
SELECT video_id, category, vote_count, weighted_score FROM videos_videocategory
WHERE video_id = ANY(%(videos)s)
"""

STAMP = "UPDATE videos_video SET revision = %s WHERE video_id = ANY(%s)"

WITHOUT_FACTS = """
SELECT video_id FROM videos_video v
WHERE NOT EXISTS (SELECT FROM votes_vote f WHERE f.video_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_consensuslabel f WHERE f.video_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_decision f
                  WHERE f.target_type = 'video' AND f.target_id = v.video_id)
"""
