"""Made-up data of any size, written by the database itself."""

from __future__ import annotations

from django.db import connection

# Video ids are the first 11 characters of a hash in base64url, as long and as varied as real
# ones. Scores fall off as they do when most videos have few judges; a tenth is locked or short.
_VIDEOS = """
INSERT INTO videos_video (video_id, hash, channel_id, channel_score, score, evidence_score,
  primary_category, weight_ai, total_votes, voters, independent_voters, first_reported,
  last_updated, revision)
SELECT id, encode(sha256(id::bytea), 'hex'), 'UC' || left(md5((n %% %(channels)s)::text), 22),
  CASE WHEN n %% 3 = 0 THEN 80 END, score, score,
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
  top_categories, locked, auto_flag_new, last_updated, revision)
SELECT 'UC' || left(md5(n::text), 22), CASE WHEN n %% 2 = 0 THEN 'handle' || n END,
  round((random() * 100)::numeric, 2), 30, 20, ARRAY['fully_ai'], false, n %% 10 = 0, now(), 1
FROM generate_series(0, %(channels)s - 1) AS n
"""


def projections(*, videos: int, channels: int) -> None:
    """Fill the projections with `videos` flagged videos of `channels` channels, as revision 1."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("INSERT INTO sync_revision (number) VALUES (1)")
        cursor.execute("SELECT setval(pg_get_serial_sequence('sync_revision', 'number'), 1)")
        for statement in (_CHANNELS, _VIDEOS, _CATEGORIES):
            cursor.execute(statement, {"videos": videos, "channels": channels})
        cursor.execute("VACUUM ANALYZE videos_video, videos_videocategory, channels_channel")
