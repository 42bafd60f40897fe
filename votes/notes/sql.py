"""Every raw statement on notes."""

from votes.notes.rule import PARAMETERS

WRITABLE_DAYS = 30
"""For so long after a panel's end its jurors may write."""

# The panels that a juror answered, decided of late, of whose target there is no later one.
_SAT = f"""FROM votes_question q JOIN votes_panel p ON p.id = q.panel_id
JOIN votes_juror j ON j.voter_id = q.juror_id
WHERE q.juror_id = %(juror)s AND j.is_rooted AND q.answer IS NOT NULL
  AND p.outcome IN ('ai', 'human')
  AND p.decided_at > now() - interval '{WRITABLE_DAYS} days'
  AND NOT EXISTS (SELECT FROM votes_panel l WHERE l.target_id = p.target_id
    AND l.target_type = p.target_type AND l.id > p.id)"""

# What a juror may write about, what was decided last first.
WRITABLE = f"""
SELECT p.target_type, p.target_id, p.outcome, p.videos,
  p.decided_at + interval '{WRITABLE_DAYS} days'
{_SAT}
  AND NOT EXISTS (SELECT FROM votes_note n WHERE n.panel_id = p.id AND n.author_id = q.juror_id)
ORDER BY p.decided_at DESC, p.id LIMIT %(limit)s
"""

PANEL = f"""
SELECT p.id {_SAT} AND p.target_type = %(target_type)s AND p.target_id = %(target_id)s
"""

# Seconds until the juror may write again, of whom `a_day` have come within a day; null if now.
WAIT = """
SELECT CASE WHEN count(*) >= %(a_day)s
  THEN extract(epoch FROM min(written_at) + interval '1 day' - now()) END
FROM votes_note WHERE author_id = %(juror)s AND written_at > now() - interval '1 day'
"""

ROOTED = "SELECT count(*) FROM votes_juror WHERE is_rooted"

WRITE = f"""
INSERT INTO votes_note (id, panel_id, author_id, text, link, at, part, voice, closes_at)
VALUES (%(id)s, %(panel)s, %(juror)s, %(text)s, %(link)s, %(at)s, %(part)s, %(voice)s,
  now() + interval '{PARAMETERS.days} days')
"""

# Whether juror `j` is asked about note `n`: by lot, which nobody can try again, as the server
# chooses the note's id and the juror's number.
_ASKED = """n.author_id <> j.voter_id
  AND ('x' || left(encode(sha256(convert_to(n.id || ' ' || j.number, 'UTF8')), 'hex'), 8)
    )::bit(32)::bigint < n.part * 4294967296"""

# What a juror is asked to rate, the least rated first. A banned author is asked about by nobody.
TO_RATE = f"""
SELECT n.id, p.target_type, p.target_id, p.outcome, n.text, n.link, n.at, n.closes_at
FROM votes_juror j CROSS JOIN votes_note n JOIN votes_panel p ON p.id = n.panel_id
JOIN votes_voter a ON a.public_id = n.author_id
WHERE j.voter_id = %(juror)s AND j.is_rooted AND n.closes_at > now() AND NOT n.is_hidden
  AND NOT a.is_shadowbanned AND {_ASKED}
  AND NOT EXISTS (SELECT FROM votes_noterating r WHERE r.note_id = n.id AND r.juror_id = j.voter_id)
ORDER BY n.rated, n.id LIMIT %(limit)s
"""

# Locked so that its time is not over meanwhile: a rating is in it, or refused.
ASKED = f"""
SELECT n.closes_at IS NOT NULL AND n.closes_at > now() AND NOT n.is_hidden
FROM votes_note n, votes_juror j
WHERE n.id = %(note)s AND j.voter_id = %(juror)s AND {_ASKED} FOR SHARE OF n
"""

# The label of the network is kept over a change of keys, as that of a vote.
RATE = """
INSERT INTO votes_noterating (note_id, juror_id, helpful, voice)
VALUES (%(note)s, %(juror)s, %(helpful)s, coalesce(
  (SELECT voice FROM votes_noterating
    WHERE note_id = %(note)s AND voice = %(voice_before)s LIMIT 1),
  (SELECT voice FROM votes_note WHERE id = %(note)s AND voice = %(voice_before)s), %(voice)s))
ON CONFLICT (note_id, juror_id) DO UPDATE SET helpful = excluded.helpful, rated_at = now()
  WHERE votes_noterating.helpful <> excluded.helpful
"""

# By how much the jurors in the middle find AI more surely than they leave human videos alone.
MIDDLE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY sensitivity - specificity)
FROM votes_juror WHERE is_rooted AND sensitivity IS NOT NULL
"""

# Of the next notes that are rated: first what is known of the author, without an opinion, then the
# ratings that count, in their order.
RATINGS = """
WITH notes AS (
  SELECT id, author_id, voice FROM votes_note
  WHERE closes_at IS NOT NULL AND id > %(after)s ORDER BY id LIMIT %(limit)s
)
SELECT n.id, NULL AS helpful, NULL AS lean, 'c' || v.cluster, 'a' || n.voice, NULL AS rated_at
FROM notes n JOIN votes_voter v ON v.public_id = n.author_id
UNION ALL
SELECT n.id, r.helpful, j.sensitivity - j.specificity, 'c' || v.cluster, 'a' || r.voice, r.rated_at
FROM notes n JOIN votes_noterating r ON r.note_id = n.id
JOIN votes_juror j ON j.voter_id = r.juror_id JOIN votes_voter v ON v.public_id = r.juror_id
WHERE j.is_rooted AND j.sensitivity IS NOT NULL AND NOT v.is_paused_juror AND NOT v.is_shadowbanned
ORDER BY 1, 6 NULLS FIRST, 3
"""

STORE = """
UPDATE votes_note n SET state = x.state, helpful = x.helpful, rated = x.rated
FROM json_to_recordset(%(records)s) AS x(id text, state text, helpful int, rated int)
WHERE n.id = x.id AND n.closes_at IS NOT NULL
  AND (n.state, n.helpful, n.rated) IS DISTINCT FROM (x.state, x.helpful, x.rated)
"""

CLOSE = """
UPDATE votes_note SET closes_at = NULL, voice = NULL,
  state = CASE state WHEN 'shown' THEN 'shown' ELSE 'unshown' END
WHERE closes_at <= now()
"""

# What is over needs no ratings: how many there were is in the note.
FORGET_RATINGS = """
DELETE FROM votes_noterating r USING votes_note n WHERE n.id = r.note_id AND n.closes_at IS NULL
"""

# The notes on a verdict, those that most found helpful first. None while a jury is asked again:
# jurors are to look for themselves.
SHOWN = """
SELECT n.id, n.text, n.link, n.at, p.outcome, date_trunc('month', n.written_at, 'UTC')
FROM votes_panel p JOIN votes_note n ON n.panel_id = p.id
JOIN votes_voter a ON a.public_id = n.author_id
WHERE p.target_type = %(target_type)s AND p.target_id = ANY(%(keys)s) AND p.outcome = %(verdict)s
  AND n.state = 'shown' AND NOT n.is_hidden AND NOT a.is_shadowbanned
  AND NOT EXISTS (SELECT FROM votes_panel o WHERE o.outcome = 'open'
    AND o.target_type = p.target_type AND o.target_id = ANY(%(keys)s))
ORDER BY (n.helpful + 1)::float8 / (n.rated + 2) DESC, n.id LIMIT %(limit)s
"""

REPORT = """
UPDATE votes_note SET reported = reported + 1
WHERE id = %(note)s AND state IN ('waiting', 'shown') AND NOT is_hidden
"""

WITHDRAW = """
UPDATE votes_note SET state = 'withdrawn', text = '', link = '', at = NULL, closes_at = NULL,
  voice = NULL, helpful = 0, rated = 0, reported = 0
WHERE id = ANY(%(notes)s) AND state <> 'withdrawn' RETURNING id
"""
