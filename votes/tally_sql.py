"""What facts say of videos: the statement that adds it up, and the one that judges votes by it."""

from votes.moderation.actions import names_sql, value_sql
from votes.voices import active, first_cast

JURIES_CONFIRM = "NOT EXISTS (SELECT FROM votes_brake WHERE confirms = 'votes')"

_LATEST = ",\n    ".join(
    f"""(array_agg(action ORDER BY id DESC)
      FILTER (WHERE action IN {names_sql(aspect)}))[1] AS {aspect}"""
    for aspect in ("lock", "hidden", "shadow_hidden", "held")
)
# The key of the channel that a moderator named, empty for none of those that voters name, null
# where voters decide.
_RULED = f"""((array_agg(after ->> 'channel' ORDER BY id DESC)
      FILTER (WHERE action IN {names_sql("channel")}))[1]
    ) COLLATE "C" AS ruled"""
# The kind of AI that the lock names, if it is for AI and does.
_LOCK_KIND = f"""((array_agg(after ->> 'category' ORDER BY id DESC)
      FILTER (WHERE action IN {names_sql("lock")}))[1]
    ) COLLATE "C" AS lock_kind"""
# What juries decided last of `%(videos)s`: the `outcome`, and the rest as long as they confirm
# (`votes.brakes`).
_JURIES = f"""
SELECT DISTINCT ON (target_id) target_id AS video_id, outcome,
  CASE WHEN confirm THEN outcome END AS confirmed, CASE WHEN confirm THEN label END AS label,
  CASE WHEN confirm THEN opened_at END AS first, CASE WHEN confirm THEN decided_at END AS last
FROM votes_panel
CROSS JOIN (SELECT {JURIES_CONFIRM} AS confirm) b
WHERE target_type = 'video' AND target_id = ANY(%(videos)s) AND outcome IN ('ai', 'human')
ORDER BY target_id, id DESC
"""
# A row for each of `%(videos)s` that somebody spoke of, in the order of `votes.tallies.Tally`.
# By category with votes: the votes, their weight (each voice once with its heaviest vote), and the
# weight `without_burst`, which is without the votes that wait; null where none does. Voices: for
# AI, the same without a burst's, against it. `last_changed` knows withdrawn votes, too, but not
# those that wait. `burst` says whether a burst of AI votes is held, `ruled` whose the video is by a
# moderator's word; then what juries say, and what voters claim. Joins are `FULL` where `LEFT` says
# the same, since those are never done as a loop in a loop: in a statement that is kept prepared the
# planner takes any array for one of ten.
TALLIES = f"""
WITH {active()}, sums AS (
  SELECT video_id, category, count(*) AS votes, bool_or(is_short) AS is_short,
    sum(CASE WHEN speaks THEN weight ELSE 0 END) AS weight,
    sum(CASE WHEN speaks AND NOT waiting THEN weight ELSE 0 END) AS without_burst,
    count(*) FILTER (WHERE speaks) AS voices,
    count(*) FILTER (WHERE speaks AND NOT waiting) AS voices_without_burst,
    bool_or(waiting) AS waiting
  FROM active GROUP BY video_id, category
), tally AS (
  SELECT video_id, array_agg(category) AS categories, array_agg(votes) AS votes,
    array_agg(weight) AS weights,
    CASE WHEN bool_or(waiting) THEN array_agg(without_burst) END AS without_burst,
    coalesce(sum(voices) FILTER (WHERE category <> 'not_ai'), 0)::int AS ai_voices,
    coalesce(sum(voices_without_burst) FILTER (WHERE category <> 'not_ai'), 0)::int
      AS voices_without_burst,
    coalesce(max(voices) FILTER (WHERE category = 'not_ai'), 0)::int AS disputers,
    bool_or(is_short) AS is_short
  FROM sums GROUP BY video_id
), span AS (
  SELECT video_id, min(first_ever) AS first, greatest(min(first_ever),
    max(changed_at) FILTER (WHERE waits_until IS NULL), max(standing_changed_at)) AS last
  FROM ballots GROUP BY video_id
), standing AS (
  SELECT target_id AS video_id, min(created_at) AS first, max(created_at) AS last,
    {_LATEST}, {_RULED},
    {_LOCK_KIND}
  FROM votes_decision WHERE target_type = 'video' AND target_id = ANY(%(videos)s)
  GROUP BY target_id
), jury AS ({_JURIES}
), held AS (
  SELECT video_id, min(created_at) AS first, max(greatest(created_at, until)) AS last,
    bool_or(side = 'ai' AND until IS NULL AND NOT genuine) AS burst
  FROM votes_hold WHERE video_id = ANY(%(videos)s) GROUP BY video_id
), claimed AS (
  SELECT video_id, kind, claim, count(*) AS voices, sum(weight) AS weight
  FROM active CROSS JOIN LATERAL (
    VALUES ('id', claimed_channel_id), ('handle', claimed_handle)) AS c(kind, claim)
  WHERE speaks AND NOT waiting AND claim IS NOT NULL
  GROUP BY video_id, kind, claim
), claims AS (
  SELECT video_id, array_agg(kind) AS kinds, array_agg(claim) AS claims,
    array_agg(voices) AS voices, array_agg(weight) AS weights
  FROM claimed GROUP BY video_id
)
SELECT w.video_id, t.categories, t.votes, t.weights, t.without_burst,
  coalesce(t.ai_voices, 0), coalesce(t.voices_without_burst, 0), coalesce(t.disputers, 0),
  t.is_short,
  least(v.first, s.first, h.first, j.first) AS first_reported,
  greatest(v.last, s.last, h.last, j.last) AS last_changed,
  {value_sql("s.lock", "lock")} AS lock, s.lock_kind,
  coalesce({value_sql("s.hidden", "hidden")}, false) AS hidden,
  coalesce({value_sql("s.shadow_hidden", "shadow_hidden")}, false) AS shadow_hidden,
  coalesce({value_sql("s.held", "held")}, false) AS held, coalesce(h.burst, false) AS burst,
  s.ruled, j.outcome, j.confirmed, j.label, c.kinds, c.claims, c.voices, c.weights
FROM unnest(%(videos)s::text[]) AS w(video_id)
FULL JOIN tally t ON t.video_id = w.video_id FULL JOIN span v ON v.video_id = w.video_id
FULL JOIN standing s ON s.video_id = w.video_id FULL JOIN held h ON h.video_id = w.video_id
FULL JOIN claims c ON c.video_id = w.video_id FULL JOIN jury j ON j.video_id = w.video_id
WHERE least(v.first, s.first, h.first, j.first) IS NOT NULL
"""

# All that was decided about `%(videos)s`, and the `verdict` that holds: a moderator's last lock, or
# else what a jury found last, whoever confirms. `since` is when it was first decided so. What is
# decided of a channel is not here: a ring could invent as many videos of it as it likes.
_DECIDED = f"""
SELECT video_id, verdict, min(at) FILTER (WHERE side = verdict) AS since
FROM (
  SELECT *, coalesce(
      first_value(side) OVER (PARTITION BY video_id ORDER BY by_jury, id DESC),
      first_value(side) OVER (PARTITION BY video_id ORDER BY by_jury DESC, id DESC)) AS verdict
  FROM (
    SELECT target_id AS video_id, {value_sql("action", "lock")} AS side, created_at AS at, id,
      false AS by_jury
    FROM votes_decision WHERE target_type = 'video' AND target_id = ANY(%(videos)s)
      AND action IN {names_sql("lock")}
    UNION ALL
    SELECT target_id, outcome, decided_at, id, true FROM votes_panel
    WHERE target_type = 'video' AND target_id = ANY(%(videos)s) AND outcome IN ('ai', 'human')
  ) AS said) AS found
WHERE verdict IS NOT NULL GROUP BY video_id, verdict
"""

# Make the outcomes of the votes on `%(videos)s` those that follow from what was decided; the voters
# whom that concerns. A vote is resolved if it was cast before the video was first decided so: one
# that was changed later counts with what it said then, one withdrawn before not at all.
STORE_OUTCOMES = f"""
WITH judged (vote_id, voter_id, cast_at, correct) AS MATERIALIZED (
  SELECT v.id, v.voter_id, {first_cast("said")}, (said = 'not_ai') = (verdict = 'human')
  FROM ({_DECIDED}) AS d JOIN votes_vote v USING (video_id)
  CROSS JOIN LATERAL (SELECT CASE WHEN v.cast_at >= since THEN v.settled_category
      WHEN coalesce(v.retracted_at >= since, true) THEN v.category END AS said) AS s
  WHERE said IS NOT NULL AND v.voter_id IS NOT NULL
), stale AS (
  DELETE FROM votes_outcome o USING votes_vote v
  WHERE v.video_id = ANY(%(videos)s) AND o.vote_id = v.id
    AND NOT EXISTS (SELECT FROM judged j WHERE j.vote_id = v.id)
  RETURNING o.voter_id
), stored AS (
  INSERT INTO votes_outcome AS o (vote_id, voter_id, cast_at, correct)
  SELECT * FROM judged ORDER BY voter_id
  ON CONFLICT (vote_id) DO UPDATE SET cast_at = excluded.cast_at, correct = excluded.correct
    WHERE (o.cast_at, o.correct) <> (excluded.cast_at, excluded.correct)
  RETURNING o.voter_id
)
SELECT voter_id FROM stale UNION SELECT voter_id FROM stored
"""
