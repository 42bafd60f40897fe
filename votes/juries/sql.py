"""The raw statements on jurors, gold and what jurors are asked."""

from votes.juries.rule import PARAMETERS

ROUND = 10
"""Questions of a training round."""
SECRET_USES = 50
"""Answers after which a secret gold item turns published: by then too many know it."""
SEEN_DAYS = 30
"""Who was not here for so long is not drawn, and their network is forgotten."""

PUBLISHED = PARAMETERS.gold - PARAMETERS.secret
ID = "'q' || substr(replace(gen_random_uuid()::text, '-', ''), 2)"
TODAY = "(now() AT TIME ZONE 'UTC')::date"

ENROL = """
INSERT INTO votes_juror (voter_id, number) VALUES (%(voter)s, %(number)s)
ON CONFLICT (voter_id) DO NOTHING
"""

# Once a day is enough, and when the network changed.
SEEN = """
UPDATE votes_juror
SET seen_at = now(), period = %(period)s, voice = %(voice)s, voice_before = %(voice_before)s
WHERE voter_id = %(voter)s AND ((period, voice) IS DISTINCT FROM (%(period)s, %(voice)s)
  OR seen_at NOT BETWEEN now() - interval '1 day' AND now())
"""

FORGET_NETWORKS = f"""
UPDATE votes_juror SET period = NULL, voice = NULL, voice_before = NULL
WHERE voice IS NOT NULL AND seen_at NOT BETWEEN now() - interval '{SEEN_DAYS} days'
  AND now() + interval '2 days'
"""

# One after the other for each juror, and first of all locks: `leave` takes it, too.
LOCK_JUROR = """
SELECT r.is_paused_juror FROM votes_juror j JOIN votes_voter r ON r.public_id = j.voter_id
WHERE j.voter_id = %(juror)s FOR NO KEY UPDATE OF j
"""

# Locked so that a panel is not decided meanwhile: an answer is in it, or refused.
LOCK_PANEL = "SELECT outcome FROM votes_panel WHERE id = %(panel)s FOR SHARE"

# The label of the network is kept over a change of keys, as that of a vote.
ANSWER = """
UPDATE votes_question q SET answer = %(answer)s, kind = %(kind)s, answered_at = now(),
  voice = CASE WHEN round IS NULL THEN coalesce((
    SELECT k.voice FROM votes_question k
    WHERE k.panel_id = q.panel_id AND k.voice = %(voice_before)s LIMIT 1), %(voice)s) END
WHERE id = %(question)s AND answer IS NULL AND (closes_at IS NULL OR closes_at > now())
"""

USE_GOLD = f"""
UPDATE votes_golditem SET used = used + 1, is_secret = is_secret AND used + 1 < {SECRET_USES}
WHERE id = %(gold)s
"""

# What is open for a juror: training first, then what is drawn. Nothing tells gold from panels.
OPEN_QUESTIONS = """
SELECT q.id, coalesce(p.videos, ARRAY[g.video_id]),
  CASE p.target_type WHEN 'channel' THEN p.target_id END, q.closes_at, q.round
FROM votes_question q LEFT JOIN votes_panel p ON p.id = q.panel_id
LEFT JOIN votes_golditem g ON g.id = q.gold_id
WHERE q.juror_id = %(juror)s AND q.answer IS NULL AND coalesce(p.outcome, 'open') = 'open'
  AND (q.closes_at IS NULL OR q.closes_at > now())
ORDER BY q.round NULLS LAST, q.id
"""

# What a juror said, the newest first. How a gold question "ended" is told as late as a panel's end
# may be, so that the two cannot be told apart.
GIVEN = f"""
SELECT coalesce(p.videos, ARRAY[g.video_id]),
  CASE p.target_type WHEN 'channel' THEN p.target_id END, q.answer, q.kind, q.answered_at,
  CASE WHEN q.round IS NOT NULL THEN g.truth
    WHEN g.id IS NULL THEN nullif(p.outcome, 'open')
    WHEN q.answered_at < now() - interval '{2 * PARAMETERS.pace} hours' THEN g.truth END,
  q.round IS NOT NULL
FROM votes_question q LEFT JOIN votes_panel p ON p.id = q.panel_id
LEFT JOIN votes_golditem g ON g.id = q.gold_id
WHERE q.juror_id = %(juror)s AND q.answer IS NOT NULL
ORDER BY q.answered_at DESC, q.id LIMIT %(limit)s
"""

COUNTS = f"""
SELECT count(*) FILTER (WHERE gold_id IS NOT NULL AND answer <> 'unsure'),
  count(*) FILTER (WHERE day = {TODAY}), count(answer)
FROM votes_question WHERE juror_id = %(juror)s
"""

ROUND_LEFT = """
SELECT count(*) FROM votes_question
WHERE juror_id = %(juror)s AND round = %(round)s AND answer IS NULL
"""

RESULTS = """
SELECT g.video_id, q.answer, g.truth, g.kind
FROM votes_question q JOIN votes_golditem g ON g.id = q.gold_id
WHERE q.juror_id = %(juror)s AND q.round = %(round)s ORDER BY q.answered_at, q.id
"""

# Ten published items that the juror has not seen: to those in training who have none left to
# answer. Half of what roots is on secret ones, so after the first `PUBLISHED` those come first.
GIVE_ROUNDS = f"""
WITH wanting AS (
  SELECT j.voter_id, coalesce(max(q.round), 0) + 1 AS round
  FROM votes_juror j JOIN votes_voter r ON r.public_id = j.voter_id
  LEFT JOIN votes_question q ON q.juror_id = j.voter_id AND q.gold_id IS NOT NULL
  WHERE NOT j.is_rooted AND NOT r.is_paused_juror
    AND (%(jurors)s::text[] IS NULL OR j.voter_id = ANY(%(jurors)s))
  GROUP BY j.voter_id
  HAVING count(*) FILTER (WHERE q.round IS NOT NULL AND q.answer IS NULL) = 0
    AND (count(*) FILTER (WHERE q.round IS NOT NULL) < {PUBLISHED}
      OR count(*) FILTER (WHERE q.round IS NULL AND q.answer <> 'unsure') >= {PARAMETERS.secret})
), given AS (
  INSERT INTO votes_question (id, juror_id, gold_id, round)
  SELECT {ID}, w.voter_id, g.id, w.round FROM wanting w CROSS JOIN LATERAL (
    SELECT id FROM votes_golditem g
    WHERE NOT is_secret AND retired_at IS NULL AND NOT EXISTS (
      SELECT FROM votes_question k WHERE k.juror_id = w.voter_id AND k.gold_id = g.id)
    ORDER BY random() LIMIT {ROUND}) AS g
  ON CONFLICT DO NOTHING RETURNING id
)
SELECT count(*) FROM given
"""

# Up to as many secret items a day as others get questions, to those whose first rounds are done.
# They stay open: nothing waits for them.
GIVE_SECRETS = f"""
WITH wanting AS (
  SELECT j.voter_id, coalesce(max(q.slot) FILTER (WHERE q.day = {TODAY}), 0) AS slot,
    count(*) FILTER (WHERE q.day = {TODAY} OR (q.day IS NOT NULL AND q.answer IS NULL)) AS taken
  FROM votes_juror j JOIN votes_voter r ON r.public_id = j.voter_id
  JOIN votes_question q ON q.juror_id = j.voter_id
  WHERE NOT j.is_rooted AND NOT r.is_paused_juror
    AND j.seen_at > now() - interval '{SEEN_DAYS} days'
  GROUP BY j.voter_id
  HAVING count(*) FILTER (WHERE q.round IS NOT NULL AND q.answer IS NOT NULL) >= {PUBLISHED}
), given AS (
  INSERT INTO votes_question (id, juror_id, gold_id, day, slot)
  SELECT {ID}, w.voter_id, g.id, {TODAY}, w.slot + g.place
  FROM wanting w CROSS JOIN LATERAL (
    SELECT id, row_number() OVER () AS place FROM (
      SELECT id FROM votes_golditem g
      WHERE is_secret AND retired_at IS NULL AND NOT EXISTS (
        SELECT FROM votes_question k WHERE k.juror_id = w.voter_id AND k.gold_id = g.id)
      ORDER BY random() LIMIT greatest({PARAMETERS.a_day} - w.taken, 0)) AS chosen) AS g
  ON CONFLICT DO NOTHING RETURNING id
)
SELECT count(*) FROM given
"""

# Silence is not kept: what closed without an answer goes. So does secret gold of a training that is
# over: it never closes, and would be told from panels by that.
FORGET_UNANSWERED = f"""
DELETE FROM votes_question WHERE id IN (
  SELECT q.id FROM votes_question q JOIN votes_juror j ON j.voter_id = q.juror_id
  LEFT JOIN votes_panel p ON p.id = q.panel_id
  WHERE q.answer IS NULL AND (
    (q.closes_at IS NOT NULL AND (p.outcome <> 'open' OR q.closes_at < now()))
    OR (q.closes_at IS NULL AND j.is_rooted AND q.day < {TODAY}))
  LIMIT %(limit)s FOR UPDATE OF q SKIP LOCKED)
"""

# What of each juror's answers is settled by now, each weighed by its age as `rule.weight` does. A
# panel's question counts by how its target was last decided. Only what a juror said before the
# outcome counts, which is all: nobody may answer afterwards. Of published gold the first answers
# count, `PUBLISHED` of them: more of it teaches, but whoever knows it by heart would win back by it
# what they have lost.
RECORDS = f"""
SELECT j.voter_id, j.is_rooted, coalesce(sum(weight) FILTER (WHERE truth = 'ai'), 0),
  coalesce(sum(weight) FILTER (WHERE truth = 'ai' AND is_right), 0),
  coalesce(sum(weight) FILTER (WHERE truth = 'human'), 0),
  coalesce(sum(weight) FILTER (WHERE truth = 'human' AND is_right), 0),
  coalesce(sum(weight) FILTER (WHERE is_secret), 0)
FROM votes_juror j LEFT JOIN (
  SELECT q.juror_id, t.truth, (q.answer = 'human') = (t.truth = 'human') AS is_right,
    q.gold_id IS NOT NULL AND q.round IS NULL AS is_secret, q.round,
    row_number() OVER (PARTITION BY q.juror_id, q.round IS NULL
      ORDER BY q.answered_at, q.id) AS nth,
    (0.5 ^ (greatest(extract(epoch FROM now() - q.answered_at)::float8 / 86400, 0)
      / {PARAMETERS.half_life})) AS weight
  FROM votes_question q LEFT JOIN votes_golditem g ON g.id = q.gold_id
  LEFT JOIN votes_panel p ON p.id = q.panel_id
  LEFT JOIN LATERAL (
    SELECT outcome FROM votes_panel l
    WHERE l.target_id = p.target_id AND l.target_type = p.target_type
      AND l.outcome IN ('ai', 'human')
    ORDER BY l.id DESC LIMIT 1) l ON true
  CROSS JOIN LATERAL (SELECT coalesce(g.truth, l.outcome) AS truth) t
  WHERE q.answer IS NOT NULL AND q.answer <> 'unsure' AND t.truth IS NOT NULL
) AS a ON a.juror_id = j.voter_id AND (a.round IS NULL OR a.nth <= {PUBLISHED})
GROUP BY j.voter_id ORDER BY j.voter_id
"""

STORE_STANDINGS = """
UPDATE votes_juror j SET is_rooted = n.rooted, sensitivity = n.sensitivity,
  specificity = n.specificity
FROM json_to_recordset(%(records)s) AS n(
  juror text, rooted boolean, sensitivity float8, specificity float8)
WHERE j.voter_id = n.juror
  AND (j.is_rooted, j.sensitivity, j.specificity)
    IS DISTINCT FROM (n.rooted, n.sensitivity, n.specificity)
"""
