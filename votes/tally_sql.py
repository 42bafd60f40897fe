"""The statement that adds up what facts say of videos; the one that stores their outcomes."""

from votes.moderation.actions import names_sql, value_sql
from votes.voices import active

# Whether the label `l` says that votes once took the video to 80; not on the votes of a burst.
STOOD = """(l.stood_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM votes_hold h WHERE h.video_id = l.video_id AND h.side = 'ai' AND NOT h.genuine
      AND h.since <= l.stood_at AND l.stood_at < coalesce(h.until, 'infinity')))"""


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
# What juries decided last of `%(videos)s`, as long as they confirm (`votes.brakes`).
JURIES = """
SELECT DISTINCT ON (target_id) target_id AS video_id, outcome, label, opened_at AS first,
  decided_at AS last
FROM votes_panel
WHERE target_type = 'video' AND target_id = ANY(%(videos)s) AND outcome IN ('ai', 'human')
  AND EXISTS (SELECT FROM votes_brake WHERE confirms = 'juries')
ORDER BY target_id, id DESC
"""
# A row for each of `%(videos)s` that somebody spoke of, in the order of `votes.tallies.Tally`.
# By category with votes: the votes, their weight (each voice once with its heaviest vote), and the
# weight `without_burst`, which is without the votes that wait; null where none does. Voices: for
# AI, the same without a burst's, against it those of proven voters and of others. `last_changed`
# knows withdrawn votes, too, but not those that wait. `settled` is the verdict, `stood_high`
# whether the video was ever at 80, `burst` whether a burst of AI votes is held, `ruled` whose the
# video is by a moderator's word; then what voters claim. Joins are `FULL` where `LEFT` says the
# same, since those are never done as a loop in a loop: in a statement that is kept prepared the
# planner takes any array for one of ten.
TALLIES = f"""
WITH {active()}, sums AS (
  SELECT video_id, category, count(*) AS votes, bool_or(is_short) AS is_short,
    sum(CASE WHEN speaks THEN weight ELSE 0 END) AS weight,
    sum(CASE WHEN speaks AND NOT waiting THEN weight ELSE 0 END) AS without_burst,
    count(*) FILTER (WHERE speaks) AS voices,
    count(*) FILTER (WHERE speaks AND NOT waiting) AS voices_without_burst,
    count(*) FILTER (WHERE speaks AND proven) AS proven_voices,
    coalesce(sum(weight) FILTER (WHERE speaks AND proven), 0) AS proven,
    bool_or(waiting) AS waiting
  FROM active GROUP BY video_id, category
), tally AS (
  SELECT video_id, array_agg(category) AS categories, array_agg(votes) AS votes,
    array_agg(weight) AS weights,
    CASE WHEN bool_or(waiting) THEN array_agg(without_burst) END AS without_burst,
    coalesce(sum(voices) FILTER (WHERE category <> 'not_ai'), 0)::int AS ai_voices,
    coalesce(sum(voices_without_burst) FILTER (WHERE category <> 'not_ai'), 0)::int
      AS voices_without_burst,
    coalesce(max(proven_voices) FILTER (WHERE category = 'not_ai'), 0)::int AS proven_disputers,
    coalesce(max(voices - proven_voices) FILTER (WHERE category = 'not_ai'), 0)::int AS disputers,
    coalesce(max(proven) FILTER (WHERE category = 'not_ai'), 0) AS proven,
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
), label AS (
  SELECT video_id, since AS first, verdict, {STOOD} AS stood
  FROM votes_consensuslabel l WHERE video_id = ANY(%(videos)s)
), jury AS ({JURIES}
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
  coalesce(t.ai_voices, 0), coalesce(t.voices_without_burst, 0), coalesce(t.proven_disputers, 0),
  coalesce(t.disputers, 0), coalesce(t.proven, 0), t.is_short,
  least(v.first, s.first, l.first, h.first, j.first) AS first_reported,
  coalesce(greatest(v.last, s.last, h.last, j.last), l.first) AS last_changed,
  {value_sql("s.lock", "lock")} AS lock, s.lock_kind,
  coalesce({value_sql("s.hidden", "hidden")}, false) AS hidden,
  coalesce({value_sql("s.shadow_hidden", "shadow_hidden")}, false) AS shadow_hidden,
  coalesce({value_sql("s.held", "held")}, false) AS held, coalesce(h.burst, false) AS burst,
  l.verdict AS settled, coalesce(l.stood, false) AS stood_high, s.ruled,
  j.outcome, j.label, c.kinds, c.claims, c.voices, c.weights
FROM unnest(%(videos)s::text[]) AS w(video_id)
FULL JOIN tally t ON t.video_id = w.video_id FULL JOIN span v ON v.video_id = w.video_id
FULL JOIN standing s ON s.video_id = w.video_id FULL JOIN held h ON h.video_id = w.video_id
FULL JOIN label l ON l.video_id = w.video_id FULL JOIN claims c ON c.video_id = w.video_id
FULL JOIN jury j ON j.video_id = w.video_id
WHERE least(v.first, s.first, l.first, h.first, j.first) IS NOT NULL
"""

# What is first reached stays written down; `verdict` follows the votes, and `stood_at` is set
# again only when it was a burst's.
SETTLE = """
INSERT INTO votes_consensuslabel AS l (video_id, verdict, ai_since, human_since, stood_at)
SELECT video_id, verdict, CASE verdict WHEN 'ai' THEN now() END,
  CASE verdict WHEN 'human' THEN now() END, CASE WHEN stood THEN now() END
FROM unnest(%(videos)s::text[], %(verdicts)s::text[], %(stood)s::boolean[])
  AS s(video_id, verdict, stood)
ON CONFLICT (video_id) DO UPDATE SET verdict = excluded.verdict,
  ai_since = coalesce(l.ai_since, excluded.ai_since),
  human_since = coalesce(l.human_since, excluded.human_since),
  stood_at = coalesce(excluded.stood_at, l.stood_at)
"""
