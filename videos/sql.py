"""Every raw statement on the tables of videos."""

from collections.abc import Iterable

from videos.scoring import BOTH_SIDES, SUSPECTED_VOICES
from votes.voices import FIRST_CAST, active

# Columns of a video that the facts decide, in the order of `videos.rows.Row`.
COLUMNS: dict[str, str] = {
    "video_id": "text",
    "hash": "text",
    "channel_id": "text",
    "channel_handle": "text",
    "prior": "boolean",
    "restricted": "text",
    "channel_by": "text",
    "decided_by": "text",
    "score": "numeric",
    "evidence_score": "numeric",
    "passed_score": "numeric",
    "primary_category": "text",
    "weight_ai": "numeric",
    "weight_disputes": "numeric",
    "total_votes": "int",
    "disputes": "int",
    "voters": "int",
    "independent_voters": "int",
    "independent_disputers": "int",
    "locked": "boolean",
    "verdict": "text",
    "jury": "text",
    "hidden": "boolean",
    "shadow_hidden": "boolean",
    "held": "boolean",
    "preliminary": "boolean",
    "claims_contested": "boolean",
    "is_short": "boolean",
    "first_reported": "timestamptz",
    "last_updated": "timestamptz",
    "more": "text",
    "inputs": "text",
}
_TYPES = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
_NAMES = ", ".join(COLUMNS)
_UPDATES = ", ".join(
    f"{name} = excluded.{name}"
    for name in (*COLUMNS, "revision", "disputed_at", "suspected")
    if name != "video_id"
)

# The votes of one video, those that count most first: who, what, since when, and how each counts.
# `speaker` is the vote that speaks for its voice, if that counts at all.
VOTES_OF = f"""
WITH {active(", first_value(v.id) OVER voice AS first")}
SELECT v.id, v.voter_id, v.category, {FIRST_CAST}, v.trust_weight, coalesce(r.is_vip, false),
  r.cluster, v.prefix_pseudonym,
  CASE WHEN v.retracted_at IS NOT NULL THEN 'withdrawn' WHEN r.is_shadowbanned THEN 'banned'
    WHEN v.waits_until IS NOT NULL THEN 'delayed' WHEN a.voice_rank > a.heard THEN 'merged'
    WHEN NOT a.speaks THEN 'crowded' WHEN a.waiting THEN 'held' ELSE 'counts' END,
  CASE WHEN a.voice_rank > a.heard THEN a.first ELSE a.id END,
  CASE WHEN a.speaks THEN a.weight ELSE 0 END, r.first_seen
FROM votes_vote v
LEFT JOIN votes_voter r ON r.public_id = v.voter_id
LEFT JOIN active a ON a.id = v.id
WHERE v.video_id = ANY(%(videos)s)
ORDER BY a.speaks DESC NULLS LAST, a.weight DESC NULLS LAST, v.id
LIMIT %(limit)s
"""

# How often its voices have doubled, of a video that nobody has decided about: an index has it, so
# it must not change with most votes.
SUSPECTED = f"""CASE
    WHEN NOT locked AND decided_by = '' AND independent_voters >= {SUSPECTED_VOICES}
    THEN floor(log(2, independent_voters)) END"""

UPSERT = f"""
INSERT INTO videos_video (revision, disputed_at, suspected, {_NAMES})
SELECT %(revision)s, CASE WHEN NOT locked AND voters >= {BOTH_SIDES} AND disputes >= {BOTH_SIDES}
    THEN last_updated END, {SUSPECTED}, {_NAMES}
FROM json_to_recordset(%(records)s) AS r({_TYPES})
ON CONFLICT (video_id) DO UPDATE SET {_UPDATES}
"""

DELETE_CATEGORIES = """
DELETE FROM videos_videocategory c
USING unnest(%(videos)s::text[], %(categories)s::text[]) AS g(video_id, category)
WHERE c.video_id = g.video_id AND c.category = g.category
"""

STORE_CATEGORIES = """
INSERT INTO videos_videocategory (video_id, category, vote_count, weighted_score)
SELECT * FROM json_to_recordset(%(records)s)
  AS r(video_id text, category text, vote_count int, weighted_score numeric)
ON CONFLICT (video_id, category) DO UPDATE
SET vote_count = excluded.vote_count, weighted_score = excluded.weighted_score
"""

CATEGORIES = """
SELECT video_id, category, vote_count, weighted_score FROM videos_videocategory
WHERE video_id = ANY(%(videos)s)
"""

# The videos with most trust on both sides, of those changed last; the index
# `video_disputed_at` bounds what is read, however many votes there are.
MOST_DISPUTED = """
SELECT video_id, score, voters, disputes, last_updated FROM (
  SELECT * FROM videos_video WHERE disputed_at > now() - %(days)s::int * interval '1 day'
  ORDER BY disputed_at DESC LIMIT %(of_latest)s) AS latest
ORDER BY least(weight_ai, weight_disputes) DESC, video_id LIMIT %(limit)s
"""


def read(columns: Iterable[str]) -> str:
    """The statement that reads columns of `%(videos)s`, in order of their ids."""
    names = ", ".join(columns)
    return f"SELECT {names} FROM videos_video WHERE video_id = ANY(%(videos)s) ORDER BY video_id"


# The videos in these 4-hex buckets; `g` comes after every hex digit. Bucket by bucket, since the
# planner takes any range to be a large part of the table, and would read all of it.
IN_BUCKETS = f"""
SELECT {_NAMES} FROM unnest(%(buckets)s::text[]) AS b(bucket) CROSS JOIN LATERAL (
  SELECT * FROM videos_video WHERE hash >= b.bucket AND hash < b.bucket || 'g' OFFSET 0) AS v
ORDER BY video_id
"""

# The first two hex digits that any video's hash begins with, from one to the next by the index.
SHARDS = """
WITH RECURSIVE found AS (
  (SELECT left(hash, 2) AS shard FROM videos_video ORDER BY hash LIMIT 1)
  UNION
  SELECT (SELECT left(hash, 2) FROM videos_video WHERE hash >= shard || 'g' ORDER BY hash LIMIT 1)
  FROM found WHERE shard IS NOT NULL)
SELECT shard FROM found WHERE shard IS NOT NULL
"""

WITHOUT_FACTS = """
SELECT video_id FROM videos_video v
WHERE NOT EXISTS (SELECT FROM votes_vote f WHERE f.video_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_decision f
                  WHERE f.target_type = 'video' AND f.target_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_panel f
                  WHERE f.target_type = 'video' AND f.target_id = v.video_id)
"""
