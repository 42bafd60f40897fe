"""Made-up data of any size, written by the database itself."""

from __future__ import annotations

from django.db import connection

from channels.scoring import RULES

# Video ids are the first 11 characters of a hash in base64url, as long and as varied as real
# ones. Scores fall off as they do when most videos have few judges; a tenth is locked or short.
_VIDEOS = """
INSERT INTO videos_video (video_id, hash, channel_id, score, evidence_score,
  primary_category, weight_ai, total_votes, voters, independent_voters, first_reported,
  last_updated, revision)
SELECT id, encode(sha256(id::bytea), 'hex'), 'UC' || left(md5((n %% %(channels)s)::text), 22),
  score, score,
  (ARRAY['fully_ai','ai_voiceover','ai_visuals','ai_thumbnails','ai_assisted'])[1 + n %% 5],
  1.5, voters, voters, voters, now() - n * interval '1 second', now(), 1
FROM (
  SELECT n, left(translate(encode(sha256(n::text::bytea), 'base64'), '+/', '-_'), 11) AS id,
    round((50 + 45 * power(random(), 2))::numeric, 2) AS score, 3 + n %% 20 AS voters
  FROM generate_series(1, %(videos)s) AS n) AS made
ON CONFLICT DO NOTHING
"""
_CATEGORIES = """
INSERT INTO videos_videocategory (video_id, category, vote_count, weighted_score)
SELECT video_id, primary_category, total_votes, score FROM videos_video
UNION ALL
SELECT video_id, CASE primary_category WHEN 'fully_ai' THEN 'ai_visuals' ELSE 'fully_ai' END, 1,
  16.67 FROM videos_video WHERE total_votes %% 2 = 0
"""
_CHANNELS = """
INSERT INTO channels_channel (channel_id, handle, score, total_videos, flagged_videos,
  top_categories, locked, auto_flag_new, last_updated, revision, rules)
SELECT 'UC' || left(md5(n::text), 22), CASE WHEN n %% 2 = 0 THEN 'handle' || n END,
  round((random() * 100)::numeric, 2), 30, 20, ARRAY['fully_ai'], false, n %% 10 = 0, now(), 1,
  %(rules)s
FROM generate_series(0, %(channels)s - 1) AS n
"""
# Voters who have earned some trust, and votes of the past year, as many of each video.
_VOTERS = """
INSERT INTO votes_voter (public_id, trust, vote_count, first_seen, last_active, resolved_count,
  correct_count, accuracy)
SELECT md5(n::text), 0.6 + 0.4 * random(), 12, now() - random() * interval '700 days',
  now() - random() * interval '30 days', 20, 18, 0.9
FROM generate_series(0, %(voters)s - 1) AS n
"""
_VOTES = """
INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, cast_at, changed_at,
  refreshed_at, voice, claimed_channel_id, is_short)
SELECT md5(((n * 7919::bigint + n / %(videos)s) %% %(voters)s)::text),
  left(translate(encode(sha256((1 + n %% %(videos)s)::text::bytea), 'base64'), '+/', '-_'), 11),
  (ARRAY['fully_ai','fully_ai','ai_voiceover','ai_visuals'])[1 + n %% 4],
  0.6 + 0.4 * random(), at, at, at, md5(n::text),
  'UC' || left(md5(((1 + n %% %(videos)s) %% %(channels)s)::text), 22), false
FROM (SELECT n, now() - interval '2 hours' - random() * interval '300 days' AS at
      FROM generate_series(0::bigint, %(votes)s - 1) AS n) AS made
ON CONFLICT DO NOTHING
"""
# Three votes on each video of channels whose sizes follow Zipf: the largest, half, a third, ...
_ZIPF = """
WITH sizes AS (
  SELECT r, %(largest)s / r AS size FROM generate_series(1, %(largest)s) AS r
), made AS (
  SELECT 'z' || lpad(to_hex(row_number() OVER ()), 10, '0') AS id, row_number() OVER () AS n,
    'UCz' || left(md5(r::text), 21) AS channel
  FROM sizes, generate_series(1, size)
)
INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, cast_at, changed_at,
  refreshed_at, voice, claimed_channel_id, is_short)
SELECT md5(((n * 7919::bigint + round) %% %(voters)s)::text), id, 'fully_ai', 0.8, at, at, at,
  md5(id || round), channel, false
FROM (SELECT *, now() - interval '2 hours' - random() * interval '300 days' AS at
      FROM made, generate_series(1, 3) AS round) AS cast_votes
ON CONFLICT DO NOTHING
"""


def zipf_facts(*, largest: int, voters: int) -> None:
    """Votes on about `largest` x ln(`largest`) videos; the largest channel has `largest`."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_ZIPF, {"largest": largest, "voters": voters})
        cursor.execute("VACUUM ANALYZE votes_vote")


def facts(*, videos: int, channels: int, votes: int, voters: int) -> None:
    """Voters and their votes, from which nothing has been scored yet."""
    sizes = {"videos": videos, "channels": channels, "votes": votes, "voters": voters}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in (_VOTERS, _VOTES):
            cursor.execute(statement, sizes)
        cursor.execute("VACUUM ANALYZE votes_voter, votes_vote")


def projections(*, videos: int, channels: int) -> None:
    """Fill the projections with `videos` flagged videos of `channels` channels, as revision 1."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("INSERT INTO sync_revision (number) VALUES (1)")
        cursor.execute("SELECT setval(pg_get_serial_sequence('sync_revision', 'number'), 1)")
        for statement in (_CHANNELS, _VIDEOS, _CATEGORIES):
            cursor.execute(statement, {"videos": videos, "channels": channels, "rules": RULES})
        cursor.execute("VACUUM ANALYZE videos_video, videos_videocategory, channels_channel")
