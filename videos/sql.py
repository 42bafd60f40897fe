"""Every raw statement on the tables of videos, and the one that compares votes with scores."""

from videos.scoring import (
    ASSISTED,
    BOTH_SIDES,
    CORE,
    DISPUTE,
    FLAGGED,
    PROVEN_DISPUTE,
    SETTLED_HUMAN,
    SETTLED_VOTERS,
    STRONGLY_FLAGGED,
    THUMBNAILS,
)
from votes.sql import STOOD, active, store_outcomes

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
    "claims_contested": "boolean",
    "is_short": "boolean",
    "first_reported": "timestamptz",
    "last_updated": "timestamptz",
}
_ARRAYS = ", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "video_id")

# The votes of one video, those that count most first: who, what, and how each counts. `speaker`
# is the vote that speaks for its voice.
VOTES_OF = f"""
WITH {active(", first_value(v.id) OVER voice AS speaker")}
SELECT v.id, v.voter_id, v.category, v.cast_at, v.trust_weight, coalesce(r.is_vip, false),
  r.cluster, v.prefix_pseudonym, coalesce(r.resolved_count, 0) > 0,
  CASE WHEN v.retracted_at IS NOT NULL THEN 'withdrawn' WHEN r.is_shadowbanned THEN 'banned'
    WHEN v.waits_until IS NOT NULL THEN 'delayed' WHEN a.speaker <> v.id THEN 'merged'
    WHEN a.waiting THEN 'held' ELSE 'counts' END,
  a.speaker, CASE WHEN a.speaker = v.id THEN a.weight ELSE 0 END
FROM votes_vote v
LEFT JOIN votes_voter r ON r.public_id = v.voter_id
LEFT JOIN active a ON a.id = v.id
WHERE v.video_id = ANY(%(videos)s)
ORDER BY (a.speaker = v.id) DESC NULLS LAST, a.weight DESC NULLS LAST, v.id
LIMIT %(limit)s
"""

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

# The videos about which most trust stands on both sides, of those changed last; the index
# `video_of_two_minds` bounds what is read, however many votes there are.
MOST_DISPUTED = f"""
SELECT video_id, score, voters, disputes, last_updated FROM (
  SELECT * FROM videos_video
  WHERE NOT locked AND voters >= {BOTH_SIDES} AND disputes >= {BOTH_SIDES}
    AND last_updated > now() - %(days)s::int * interval '1 day'
  ORDER BY last_updated DESC LIMIT %(of_latest)s) AS latest
ORDER BY least(weight_ai, weight_disputes) DESC, video_id LIMIT %(limit)s
"""

STAMP = "UPDATE videos_video SET revision = %s WHERE video_id = ANY(%s)"

WITHOUT_FACTS = """
SELECT video_id FROM videos_video v
WHERE NOT EXISTS (SELECT FROM votes_vote f WHERE f.video_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_consensuslabel f WHERE f.video_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_decision f
                  WHERE f.target_type = 'video' AND f.target_id = v.video_id)
"""

_CORE = ", ".join(f"'{category}'" for category in CORE)
_GROUPS = {
    "core": f"{{0}} IN ({_CORE})",
    "thumbs": f"{{0}} = '{THUMBNAILS}'",
    "assisted": f"{{0}} = '{ASSISTED}'",
    "disputes": f"{{0}} = '{DISPUTE}'",
    "proven": f"{{0}} = '{DISPUTE}' AND {{1}}",
}
_SUMS = ",\n    ".join(
    f"coalesce(sum(weight) FILTER (WHERE voice_rank = 1 AND {test.format('category', 'resolved')}),"
    f" 0) AS {name}"
    for name, test in _GROUPS.items()
)

_VOICES = {
    "ai_voices": f"{{0}} <> '{DISPUTE}'",
    "proven_disputers": f"{{0}} = '{DISPUTE}' AND {{1}}",
    "disputers": f"{{0}} = '{DISPUTE}' AND NOT {{1}}",
}
_VOICE_COUNTS = ",\n    ".join(
    f"count(*) FILTER (WHERE voice_rank = 1 AND {test.format('category', 'resolved')}) AS {name}"
    for name, test in _VOICES.items()
)


def _share(disputes: str) -> str:
    return f"coalesce(100 * ai / nullif(ai + {disputes} + %(prior_weight)s::numeric, 0), 0)"


# Without a vote its voice speaks through the next heaviest, if it has another.
_WITHOUT = ",\n    ".join(
    f"s.{name} - CASE WHEN {test.format('a.category', 'a.resolved')} THEN a.weight ELSE 0 END"
    f" + CASE WHEN {test.format('a.next_category', 'a.next_resolved')} THEN a.next_weight ELSE 0"
    f" END AS {name}"
    for name, test in _GROUPS.items()
)
_VOICES_WITHOUT = ",\n    ".join(
    f"s.{name} - CASE WHEN {test.format('a.category', 'a.resolved')} THEN 1 ELSE 0 END"
    f" + CASE WHEN {test.format('a.next_category', 'a.next_resolved')} THEN 1 ELSE 0 END AS {name}"
    for name, test in _VOICES.items()
)
_NEXT = """,
    lead(w.weight) OVER voice AS next_weight, lead(v.category) OVER voice AS next_category,
    lead(coalesce(r.resolved_count, 0) > 0) OVER voice AS next_resolved"""

# Every resolved vote on `%(videos)s` and whether it was right: `scoring.verdict` on the score
# that `scoring.score` gives without the vote, for votes cast before the video first settled so.
# Materialised so that what is costly is reckoned once a video, or once a vote.
# A vote that was changed later counts with what it said then, one withdrawn before not at all.
JUDGED = f"""
WITH {active(_NEXT)}, label AS MATERIALIZED (
  SELECT l.video_id, l.ai_since, l.human_since, {STOOD} AS stood,
    (SELECT CASE d.action WHEN 'lock_ai' THEN 'ai' WHEN 'lock_human' THEN 'human' END
     FROM votes_decision d WHERE d.target_type = 'video' AND d.target_id = l.video_id
       AND d.action IN ('lock_ai', 'lock_human', 'unlock') ORDER BY d.id DESC LIMIT 1) AS lock,
    EXISTS (SELECT FROM votes_hold h WHERE h.video_id = l.video_id AND h.side = 'ai'
            AND h.until IS NULL AND NOT h.genuine)
      OR coalesce((SELECT d.action = 'hold' FROM votes_decision d
         WHERE d.target_type = 'video' AND d.target_id = l.video_id
           AND d.action IN ('hold', 'release') ORDER BY d.id DESC LIMIT 1), false) AS held
  FROM votes_consensuslabel l WHERE l.video_id = ANY(%(videos)s)
), sums AS (
  SELECT video_id,
    {_SUMS},
    {_VOICE_COUNTS}
  FROM active GROUP BY video_id
), opinion AS (
  SELECT v.id, v.voter_id, v.video_id, v.cast_at, l.lock, l.held, l.stood,
    CASE WHEN v.cast_at >= l.ai_since THEN v.settled_category
      WHEN coalesce(v.retracted_at >= l.ai_since, l.ai_since IS NOT NULL) THEN v.category
      END AS before_ai,
    CASE WHEN v.cast_at >= l.human_since THEN v.settled_category
      WHEN coalesce(v.retracted_at >= l.human_since, l.human_since IS NOT NULL) THEN v.category
      END AS before_human
  FROM votes_vote v JOIN label l ON l.video_id = v.video_id
  WHERE v.video_id = ANY(%(videos)s) AND v.voter_id IS NOT NULL
), without AS (
  SELECT o.*,
    {_WITHOUT},
    {_VOICES_WITHOUT}
  FROM opinion o
  LEFT JOIN sums s ON s.video_id = o.video_id
  LEFT JOIN active a ON a.id = o.id AND a.voice_rank = 1
  WHERE o.before_ai IS NOT NULL OR o.before_human IS NOT NULL
), scored AS MATERIALIZED (
  SELECT w.*, {_share("disputes")} AS share, {_share("proven")} AS floor
  FROM (SELECT *, greatest(core, thumbs, assisted) AS ai FROM without) AS w
), verdicts AS MATERIALIZED (
  SELECT *, CASE
      WHEN lock IS NOT NULL THEN lock
      WHEN NOT held AND ai_voices >= {SETTLED_VOTERS}
        AND ai_voices >= %(min_independent)s + CASE
          WHEN stood THEN proven_disputers + least(disputers, proven_disputers)
          ELSE {PROVEN_DISPUTE} * proven_disputers + disputers END
        AND round(share, 2) >= {STRONGLY_FLAGGED} THEN 'ai'
      WHEN ai_voices + proven_disputers + disputers >= {SETTLED_VOTERS}
        AND round(CASE WHEN stood AND share < {FLAGGED}
          THEN greatest(share, least({FLAGGED}, floor)) ELSE share END, 2) <= {SETTLED_HUMAN}
        THEN 'human' END AS verdict
  FROM scored
)
SELECT id, voter_id, cast_at,
  (CASE verdict WHEN 'ai' THEN before_ai ELSE before_human END = '{DISPUTE}')
    = (verdict = 'human')
FROM verdicts
WHERE CASE verdict WHEN 'ai' THEN before_ai WHEN 'human' THEN before_human END IS NOT NULL
"""

STORE_OUTCOMES = store_outcomes(JUDGED)
