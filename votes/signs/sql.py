"""Every raw statement on the signs that voters name."""

from votes.voices import active

PUBLISHED = 2
"""Independent voices that name a sign before anybody is shown it, and a time before it is."""

# As `votes.sql.CAST` has the ballots and their voters; `signs` is null where none were sent, and
# then those of before stay. What is named again is written over, what is not goes: no row twice.
NAME = """
  INSERT INTO votes_sign (voter_id, video_id, sign, at)
  SELECT b.voter, b.video, s.sign, s.at
  FROM ballot b JOIN voter r ON r.public_id = b.voter
  CROSS JOIN LATERAL jsonb_to_recordset(b.signs) AS s(sign text, at int)
  ORDER BY b.voter, b.video, s.sign
  ON CONFLICT (voter_id, video_id, sign) DO UPDATE SET at = excluded.at
"""
RENAME = """
  DELETE FROM votes_sign s USING ballot b JOIN voter r ON r.public_id = b.voter
  WHERE b.signs IS NOT NULL AND s.voter_id = b.voter AND s.video_id = b.video
    AND NOT b.signs @> jsonb_build_array(jsonb_build_object('sign', s.sign))
"""

# With the votes `gone` that were withdrawn go their signs.
UNNAME = """
  DELETE FROM votes_sign s USING gone
  WHERE s.voter_id = gone.voter_id AND s.video_id = gone.video_id
"""


def counted(videos: str) -> str:
    """The signs of the videos that the condition `videos` on signs chooses, those published.

    By video and sign: the independent `voices` that name it, and `at`, the middle one of the
    seconds that they name, if as many do. A voice names what the vote names that speaks for it,
    as everywhere. Videos without signs cost nothing.
    """
    named = f"ARRAY(SELECT DISTINCT video_id FROM votes_sign WHERE {videos})"
    return f"""
WITH {active(", v.voter_id", videos=named)}
SELECT a.video_id, s.sign, count(*)::int AS voices,
  CASE WHEN count(s.at) >= {PUBLISHED}
    THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY s.at) END AS at
FROM active a JOIN votes_sign s ON s.voter_id = a.voter_id AND s.video_id = a.video_id
WHERE a.speaks AND NOT a.waiting AND a.category <> 'not_ai'
GROUP BY a.video_id, s.sign HAVING count(*) >= {PUBLISHED}
"""


COUNTED = f"""
SELECT video_id, sign, voices, at FROM ({counted("video_id = ANY(%(videos)s::text[])")}) AS c
ORDER BY video_id, voices DESC, sign
"""
