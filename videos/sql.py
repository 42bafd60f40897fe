"""Every raw statement on the tables of videos, and the one that compares votes with scores."""

from collections.abc import Iterable

from videos.scoring import (
    ASSISTED,
    BOTH_SIDES,
    CHANNEL_PRIOR_MEAN,
    CHANNEL_PRIOR_WEIGHT,
    CLAIM_VOICES,
    CONTESTING_VOICES,
    CORE,
    DISPUTE,
    FLAGGED,
    LOCKED_AI,
    LOCKED_HUMAN,
    OTHER_NAME,
    PROVEN_DISPUTE,
    SETTLED_HUMAN,
    SETTLED_VOTERS,
    STRONGLY_FLAGGED,
    THUMBNAILS,
    UNFLAGGED_CAP,
)
from votes.models import AI_CATEGORIES
from votes.moderation.actions import names_sql, value_sql
from votes.sql import CLAIMED, FACTS, STOOD, store_outcomes
from votes.voices import FIRST_CAST, PROVEN, SITE_VOICES, active, first_cast

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
}
_ARRAYS = ", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())
_NAMES = ", ".join(COLUMNS)
_UPDATES = ", ".join(
    f"{name} = excluded.{name}" for name in (*COLUMNS, "revision") if name != "video_id"
)

# The votes of one video, those that count most first: who, what, since when, and how each counts.
# `speaker` is the vote that speaks for its voice, if that counts at all.
VOTES_OF = f"""
WITH {active(", first_value(v.id) OVER voice AS speaker")}
SELECT v.id, v.voter_id, v.category, {FIRST_CAST}, v.trust_weight, coalesce(r.is_vip, false),
  r.cluster, v.prefix_pseudonym, {PROVEN},
  CASE WHEN v.retracted_at IS NOT NULL THEN 'withdrawn' WHEN r.is_shadowbanned THEN 'banned'
    WHEN v.waits_until IS NOT NULL THEN 'delayed' WHEN a.speaker <> v.id THEN 'merged'
    WHEN NOT a.speaks THEN 'crowded' WHEN a.waiting THEN 'held' ELSE 'counts' END,
  a.speaker, CASE WHEN a.speaks THEN a.weight ELSE 0 END
FROM votes_vote v
LEFT JOIN votes_voter r ON r.public_id = v.voter_id
LEFT JOIN active a ON a.id = v.id
WHERE v.video_id = ANY(%(videos)s)
ORDER BY a.speaks DESC NULLS LAST, a.weight DESC NULLS LAST, v.id
LIMIT %(limit)s
"""

UPSERT = f"""
INSERT INTO videos_video (revision, {_NAMES}) SELECT %s, * FROM unnest({_ARRAYS})
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


def read(columns: Iterable[str]) -> str:
    """The statement that reads columns of `%(videos)s`, in order of their ids."""
    names = ", ".join(columns)
    return f"SELECT {names} FROM videos_video WHERE video_id = ANY(%(videos)s) ORDER BY video_id"


# The ids of videos in these 4-hex buckets; `g` comes after every hex digit. Bucket by bucket, since
# the planner takes any range to be a large part of the table, and would read all of it.
IN_BUCKETS = """
SELECT v.video_id FROM unnest(%s::text[]) AS b(bucket) CROSS JOIN LATERAL (
  SELECT video_id FROM videos_video WHERE hash >= b.bucket AND hash < b.bucket || 'g' OFFSET 0) AS v
"""

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


def _share(disputes: str, *, ai: str = "ai", prior: bool = False) -> str:
    """The share of `scoring.steps`."""
    if prior:
        k = CHANNEL_PRIOR_WEIGHT
        return f"100 * ({ai} + {CHANNEL_PRIOR_MEAN * k}) / ({ai} + {disputes} + {k})"
    return f"100 * {ai} / ({ai} + {disputes} + %(prior_weight)s::numeric)"


# `scoring.voices_needed`.
VOICES_NEEDED = f"""(%(min_independent)s::int + CASE
  WHEN stood THEN proven_disputers + least(disputers, proven_disputers)
  ELSE {PROVEN_DISPUTE} * proven_disputers + disputers END)"""


def _standing(share: str, floor: str) -> str:
    """What hysteresis makes of a share."""
    return f"""(CASE WHEN stood AND {share} < {FLAGGED}
      THEN greatest({share}, least({FLAGGED}, {floor})) ELSE {share} END)"""


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
  FULL JOIN (SELECT * FROM crowd WHERE place = {SITE_VOICES + 1}) t
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
        AND ai_voices >= {VOICES_NEEDED}
        AND round(share, 2) >= {STRONGLY_FLAGGED} THEN 'ai'
      WHEN ai_voices + proven_disputers + disputers >= {SETTLED_VOTERS}
        AND round({_standing("share", "floor")}, 2) <= {SETTLED_HUMAN}
        THEN 'human' END AS verdict
  FROM scored
)
SELECT id, voter_id, {first_cast("said")}, (said = '{DISPUTE}') = (verdict = 'human')
FROM verdicts v CROSS JOIN LATERAL (
  SELECT CASE verdict WHEN 'ai' THEN before_ai WHEN 'human' THEN before_human END AS said) AS s
WHERE said IS NOT NULL
"""

STORE_OUTCOMES = store_outcomes(JUDGED)

# The channel that voters agree on, and whether they disagree: `scoring.agreed_channel` and
# `scoring.contested_claim`.
NAMED = f"""
named AS (
  SELECT video_id, max(claim) FILTER (WHERE kind = 'id' AND agreed) AS channel_id,
    max(claim) FILTER (WHERE kind = 'handle' AND agreed) AS channel_handle,
    coalesce(bool_or(outweighed OR rival_voices >= {CONTESTING_VOICES}), false) AS contested
  FROM (
    SELECT *, NOT outweighed AND {OTHER_NAME} * weight
        >= max(weight) FILTER (WHERE NOT outweighed) OVER (PARTITION BY video_id) AS agreed
    FROM (
      SELECT video_id, kind, max(claim) FILTER (WHERE place = 1) AS claim,
        max(weight) FILTER (WHERE place = 1) AS weight,
        max(voices) FILTER (WHERE place = 1) AS voices,
        max(voices) FILTER (WHERE place > 1) AS rival_voices,
        coalesce(3 * max(weight) FILTER (WHERE place > 1) > sum(weight), false) AS outweighed
      FROM (
        SELECT *, row_number() OVER (
          PARTITION BY video_id, kind ORDER BY weight DESC, voices DESC, claim DESC) AS place
        FROM claimed) AS places
      GROUP BY video_id, kind) AS best
    WHERE voices >= {CLAIM_VOICES}) AS names
  GROUP BY video_id
)"""
# Whose a video is: as a moderator said, else as voters agree.
_WHOSE = """
    SELECT CASE WHEN f.ruled IS NULL THEN n.channel_id
        WHEN left(f.ruled, 1) <> '@' THEN nullif(f.ruled, '') END AS channel_id,
      CASE WHEN f.ruled IS NULL THEN n.channel_handle
        WHEN left(f.ruled, 1) = '@' THEN substr(f.ruled, 2) END AS channel_handle,
      f.ruled IS NULL AND coalesce(n.contested, false) AS claims_contested"""
_CORE_WEIGHT = {
    kind: f"greatest({' + '.join(f'coalesce({kind}_{c}, 0)' for c in CORE)},"
    f" {kind}_{THUMBNAILS}, {kind}_{ASSISTED})"
    for kind in ("weight", "calm")
}
_WEIGHTS = ", ".join(f"weight_{category}" for category in AI_CATEGORIES)
_PRIMARY = " ".join(f"WHEN weight_{category} THEN '{category}'" for category in AI_CATEGORIES)
_VOTES = " + ".join(f"coalesce(votes_{category}, 0)" for category in AI_CATEGORIES)
_CATEGORY_ROWS = ", ".join(f"('{c}', votes_{c}, weight_{c})" for c in AI_CATEGORIES)


def _score(*, prior: bool, needed: str) -> str:
    """`scoring.score` on the common table `shares`."""
    of = "prior_" if prior else ""

    def capped(kind: str, voices: str) -> str:
        value = _standing(f"{of}{kind}share", f"{of}{kind}floor")
        if prior:
            return value
        return (
            f"CASE WHEN {voices} < {needed} THEN least({value}, {UNFLAGGED_CAP}) ELSE {value} END"
        )

    calm = capped("calm_", "calm_voices")
    return f"""CASE lock WHEN 'ai' THEN {LOCKED_AI} WHEN 'human' THEN {LOCKED_HUMAN}
    ELSE round(least(
      {capped("", "ai_voices")},
      CASE WHEN burst THEN greatest({UNFLAGGED_CAP}, round({calm}, 2)) END,
      CASE WHEN held THEN {UNFLAGGED_CAP} END), 2) END"""


_AI_WEIGHTS = f"""{_CORE_WEIGHT["weight"]} AS ai, {_CORE_WEIGHT["calm"]} AS calm_ai,
    coalesce(weight_{DISPUTE}, 0) AS disputes"""


def _scores(*, needed: str) -> str:
    """The common tables that score the table `known`: facts, `_AI_WEIGHTS`, `stood`, `prior`."""
    shares = ",\n    ".join(
        f"CASE WHEN {test} THEN {_share(disputes, ai=ai, prior=prior)} END AS {name}"
        for name, test, disputes, ai, prior in (
            ("share", "true", "disputes", "ai", False),
            ("floor", "stood", "proven", "ai", False),
            ("calm_share", "burst", "disputes", "calm_ai", False),
            ("calm_floor", "burst AND stood", "proven", "calm_ai", False),
            ("prior_share", "prior", "disputes", "ai", True),
            ("prior_floor", "prior AND stood", "proven", "ai", True),
            ("prior_calm_share", "prior AND burst", "disputes", "calm_ai", True),
            ("prior_calm_floor", "prior AND burst AND stood", "proven", "calm_ai", True),
        )
    )
    return f"""shares AS MATERIALIZED (
  SELECT *,
    {shares}
  FROM known
), scores AS MATERIALIZED (
  SELECT *, {_score(prior=False, needed=needed)} AS evidence_score,
    CASE WHEN prior THEN {_score(prior=True, needed=needed)} END AS prior_score,
    {_VOTES} AS votes_ai, coalesce(votes_{DISPUTE}, 0) AS votes_against
  FROM shares
)"""


def recomputing(*, needed: str = VOICES_NEEDED, stood: str = "stood_high") -> str:
    """The statement that brings `%(videos)s` up to their facts, as of `%(revision)s`.

    `scoring.steps` and `scoring.verdict` on the facts; the arguments are other forms of the
    rules, for experiments. Writes what is another than before. Answers with the videos that were
    written, have settled otherwise, are contested without a channel, or are there without a fact:
    id, whether written, whether without facts, verdict, whether it settled otherwise, whether
    votes newly carry it high, whether it is contested without a channel, its channel's id and
    handle now and before, whether a lock or hold decides, and the voices: for AI, of disputers
    who are not proven, and of those who are.
    """
    return f"""
WITH {FACTS}, {CLAIMED}, {NAMED}, known AS (
  SELECT f.*, {stood} AS stood, w.channel_id, w.channel_handle, w.claims_contested,
    o.video_id IS NOT NULL AS is_known, o.channel_id AS old_id, o.channel_handle AS old_handle,
    CASE WHEN c.same THEN o.channel_score END AS channel_score,
    coalesce(c.same AND o.prior, false) AS prior,
    {_AI_WEIGHTS}
  FROM facts f
  FULL JOIN named n ON n.video_id = f.video_id
  LEFT JOIN videos_video o ON o.video_id = f.video_id
  CROSS JOIN LATERAL ({_WHOSE}) AS w
  CROSS JOIN LATERAL (
    SELECT (o.channel_id, o.channel_handle) IS NOT DISTINCT FROM (w.channel_id, w.channel_handle)
      AS same) AS c
), {_scores(needed=needed)}, verdicts AS MATERIALIZED (
  SELECT *, CASE
      WHEN lock IS NOT NULL THEN lock
      WHEN evidence_score >= {STRONGLY_FLAGGED} AND ai_voices >= {SETTLED_VOTERS}
        AND NOT held AND NOT burst THEN 'ai'
      WHEN evidence_score <= {SETTLED_HUMAN}
        AND ai_voices + proven_disputers + disputers >= {SETTLED_VOTERS} THEN 'human' END AS verdict
  FROM scores
), written AS (
  INSERT INTO videos_video AS v ({_NAMES}, revision)
  SELECT video_id, encode(sha256(convert_to(video_id, 'UTF8')), 'hex'), channel_id,
    channel_handle, channel_score, prior, coalesce(prior_score, evidence_score), evidence_score,
    CASE greatest({_WEIGHTS}) {_PRIMARY} END, ai, disputes, votes_ai + votes_against,
    votes_against, votes_ai, ai_voices, proven_disputers + disputers, lock IS NOT NULL, lock,
    hidden, shadow_hidden, held OR burst,
    prior AND votes_ai + votes_against = 0 AND lock IS NULL, claims_contested, is_short,
    first_reported, last_changed, %(revision)s::bigint
  FROM verdicts WHERE first_reported IS NOT NULL
  ON CONFLICT (video_id) DO UPDATE SET {_UPDATES}
  WHERE ({", ".join(f"v.{name}" for name in COLUMNS)})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in COLUMNS)})
  RETURNING v.video_id
), categories AS (
  INSERT INTO videos_videocategory AS k (video_id, category, vote_count, weighted_score)
  SELECT s.video_id, c.category, c.votes,
    round({_share("disputes", ai="c.weight")}, 2)
  FROM verdicts s CROSS JOIN LATERAL (VALUES {_CATEGORY_ROWS}) AS c(category, votes, weight)
  WHERE c.votes > 0
  ON CONFLICT (video_id, category) DO UPDATE SET vote_count = excluded.vote_count,
    weighted_score = excluded.weighted_score
  WHERE (k.vote_count, k.weighted_score) <> (excluded.vote_count, excluded.weighted_score)
  RETURNING k.video_id
), without AS (
  DELETE FROM videos_videocategory k USING verdicts s
  WHERE k.video_id = s.video_id AND s.is_known AND NOT EXISTS (
    SELECT FROM (VALUES {_CATEGORY_ROWS}) AS c(category, votes, weight)
    WHERE c.category = k.category AND c.votes > 0)
  RETURNING k.video_id
), changed AS (
  SELECT video_id FROM written UNION SELECT video_id FROM categories
  UNION SELECT video_id FROM without
)
SELECT s.video_id, c.video_id IS NOT NULL, s.first_reported IS NULL, s.verdict,
  s.is_settled, s.stands, s.is_conflict, s.channel_id, s.channel_handle, s.old_id, s.old_handle,
  s.lock IS NOT NULL OR s.held OR s.burst, s.ai_voices, s.disputers, s.proven_disputers
FROM (
  SELECT *, stands OR verdict IS DISTINCT FROM settled AS is_settled,
    claims_contested AND channel_id IS NULL AND channel_handle IS NULL AS is_conflict
  FROM (
    SELECT *, verdict IS NOT DISTINCT FROM 'ai' AND lock IS NULL AND NOT stood_high AS stands
    FROM verdicts) AS v
) AS s
LEFT JOIN changed c ON c.video_id = s.video_id
WHERE CASE WHEN first_reported IS NULL THEN is_known
  ELSE c.video_id IS NOT NULL OR is_settled OR is_conflict END
"""


RECOMPUTE = recomputing()

# The scores of `%(videos)s` as of now, nothing written; the channel's prior is the stored one. Of
# those with more than `%(votes)s` votes, which would take long to count, the stored one and `true`.
SCORES_NOW = f"""
WITH large AS MATERIALIZED (
  SELECT video_id, score FROM videos_video
  WHERE video_id = ANY(%(videos)s::text[]) AND total_votes > %(votes)s::int
), small AS MATERIALIZED (
  SELECT ARRAY(SELECT unnest(%(videos)s::text[]) EXCEPT SELECT video_id FROM large) AS ids
), {FACTS.replace("%(videos)s", "(SELECT ids FROM small)::text[]")}, known AS (
  SELECT f.*, stood_high AS stood, coalesce(o.prior, false) AS prior,
    {_AI_WEIGHTS}
  FROM facts f LEFT JOIN videos_video o ON o.video_id = f.video_id
), {_scores(needed=VOICES_NEEDED)}
SELECT video_id, round(coalesce(prior_score, evidence_score), 2), false FROM scores
WHERE first_reported IS NOT NULL
UNION ALL SELECT video_id, score, true FROM large
"""
