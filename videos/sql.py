"""Every raw statement on the tables of videos, and the one that judges votes by scores."""

from collections.abc import Iterable

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
    SUSPECTED_VOICES,
    THUMBNAILS,
)
from votes.juries.tree import SITE_VOICES
from votes.moderation.actions import names_sql, value_sql
from votes.sql import store_outcomes
from votes.tally_sql import STOOD
from votes.voices import FIRST_CAST, PROVEN, active, first_cast

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
    "hidden": "boolean",
    "shadow_hidden": "boolean",
    "held": "boolean",
    "preliminary": "boolean",
    "claims_contested": "boolean",
    "is_short": "boolean",
    "first_reported": "timestamptz",
    "last_updated": "timestamptz",
    "more": "text",
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
  r.cluster, v.prefix_pseudonym, {PROVEN},
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
  AND NOT EXISTS (SELECT FROM votes_consensuslabel f WHERE f.video_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_decision f
                  WHERE f.target_type = 'video' AND f.target_id = v.video_id)
  AND NOT EXISTS (SELECT FROM votes_panel f
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
    f"coalesce(sum(weight) FILTER (WHERE speaks AND {test.format('category', 'proven')}),"
    f" 0) AS {name}"
    for name, test in _GROUPS.items()
)

_VOICES = {
    "ai_voices": f"{{0}} <> '{DISPUTE}'",
    "proven_disputers": f"{{0}} = '{DISPUTE}' AND {{1}}",
    "disputers": f"{{0}} = '{DISPUTE}' AND NOT {{1}}",
}
_VOICE_COUNTS = ",\n    ".join(
    f"count(*) FILTER (WHERE speaks AND {test.format('category', 'proven')}) AS {name}"
    for name, test in _VOICES.items()
)


# `scoring.steps`' share of what says AI, and the share that hysteresis keeps.
def _share(disputes: str) -> str:
    return f"100 * ai / (ai + {disputes} + %(prior_weight)s::numeric)"


# `scoring.voices_needed`.
_VOICES_NEEDED = f"""(%(min_independent)s::int + CASE
  WHEN stood THEN proven_disputers + least(disputers, proven_disputers)
  ELSE {PROVEN_DISPUTE} * proven_disputers + disputers END)"""
_STANDING = f"""(CASE WHEN stood AND share < {FLAGGED}
      THEN greatest(share, least({FLAGGED}, floor)) ELSE share END)"""


# Without a speaker another vote speaks: `HEIRS`.
_WITHOUT = ",\n    ".join(
    f"s.{name} - CASE WHEN {test.format('a.category', 'a.proven')} THEN a.weight ELSE 0 END"
    f" + CASE WHEN {test.format('a.next_category', 'a.next_proven')} THEN a.next_weight ELSE 0"
    f" END AS {name}"
    for name, test in _GROUPS.items()
)
_VOICES_WITHOUT = ",\n    ".join(
    f"s.{name} - CASE WHEN {test.format('a.category', 'a.proven')} THEN 1 ELSE 0 END"
    f" + CASE WHEN {test.format('a.next_category', 'a.next_proven')} THEN 1 ELSE 0 END AS {name}"
    for name, test in _VOICES.items()
)
_HEIR = ("weight", "category", "proven")
_NEXT = """,
    lead(w.weight) OVER voice AS next_weight, lead(v.category) OVER voice AS next_category,
    lead(coalesce(v.is_proven, false)) OVER voice AS next_proven"""
# Those that speak, with the vote that would without them: the next heaviest of their voice, or the
# voice of their /48 that is one too many, whichever is heavier.
HEIRS = f"""
heirs AS (
  SELECT a.id, a.weight, a.category, a.proven, {
    ", ".join(
        f"CASE WHEN h.other THEN t.{name} ELSE a.next_{name} END AS next_{name}" for name in _HEIR
    )
}
  FROM (SELECT * FROM active WHERE speaks) a
  FULL JOIN (SELECT * FROM of_site WHERE place = {SITE_VOICES + 1}) t
    ON t.video_id = a.video_id AND t.site = a.site
  CROSS JOIN LATERAL (
    SELECT t.id IS NOT NULL
      AND coalesce((t.weight, a.voice) > (a.next_weight, t.voice), true) AS other) h
)"""

# Every resolved vote on `%(videos)s` and whether it was right: `scoring.verdict` on the score
# that `scoring.score` gives without the vote, for votes cast before the video first settled so.
# Materialised so that what is costly is reckoned once a video, or once a vote.
# A vote that was changed later counts with what it said then, one withdrawn before not at all.
JUDGED = f"""
WITH {active(_NEXT)}, {HEIRS}, label AS MATERIALIZED (
  SELECT l.video_id, l.ai_since, l.human_since, {STOOD} AS stood,
    (SELECT {value_sql("d.action", "lock")}
     FROM votes_decision d WHERE d.target_type = 'video' AND d.target_id = l.video_id
       AND d.action IN {names_sql("lock")} ORDER BY d.id DESC LIMIT 1) AS lock,
    EXISTS (SELECT FROM votes_hold h WHERE h.video_id = l.video_id AND h.side = 'ai'
            AND h.until IS NULL AND NOT h.genuine)
      OR coalesce((SELECT {value_sql("d.action", "held")} FROM votes_decision d
         WHERE d.target_type = 'video' AND d.target_id = l.video_id
           AND d.action IN {names_sql("held")} ORDER BY d.id DESC LIMIT 1), false) AS held
  FROM votes_consensuslabel l WHERE l.video_id = ANY(%(videos)s)
), sums AS (
  SELECT video_id,
    {_SUMS},
    {_VOICE_COUNTS}
  FROM active GROUP BY video_id
), opinion AS (
  SELECT v.id, v.voter_id, v.video_id, v.cast_at, v.first_ai_at, v.first_human_at, l.lock,
    l.held, l.stood,
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
  LEFT JOIN heirs a ON a.id = o.id
  WHERE o.before_ai IS NOT NULL OR o.before_human IS NOT NULL
), scored AS MATERIALIZED (
  SELECT w.*, coalesce({_share("disputes")}, 0) AS share, {_share("proven")} AS floor
  FROM (SELECT *, greatest(core, thumbs, assisted) AS ai FROM without) AS w
), verdicts AS MATERIALIZED (
  SELECT *, CASE
      WHEN lock IS NOT NULL THEN lock
      WHEN NOT held AND ai_voices >= {SETTLED_VOTERS}
        AND ai_voices >= {_VOICES_NEEDED}
        AND round(share, 2) >= {STRONGLY_FLAGGED} THEN 'ai'
      WHEN ai_voices + proven_disputers + disputers >= {SETTLED_VOTERS}
        AND round({_STANDING}, 2) <= {SETTLED_HUMAN}
        THEN 'human' END AS verdict
  FROM scored
)
SELECT id, voter_id, {first_cast("said")}, (said = '{DISPUTE}') = (verdict = 'human')
FROM verdicts v CROSS JOIN LATERAL (
  SELECT CASE verdict WHEN 'ai' THEN before_ai WHEN 'human' THEN before_human END AS said) AS s
WHERE said IS NOT NULL
"""

STORE_OUTCOMES = store_outcomes(JUDGED)
