"""Every raw statement of `sync`."""

from videos.scoring import JURY, SUSPECTED_CAP

# A page of the change log in commit order. `zero`: it counts for nothing (docs/contract.md#r45).
CHANGES = """
SELECT c.revision_id, c.id, c.kind, c.key, c.payload::text,
  coalesce((c.payload->>'score')::numeric = 0, false)
    AND NOT coalesce((c.payload->>'autoFlag')::boolean, false)
    AND NOT coalesce(jsonb_exists(c.payload, 'measured'), false) AS zero
FROM sync_change c WHERE (c.revision_id, c.id) > (%(revision)s, %(change)s)
  AND c.revision_id <= %(until)s
ORDER BY c.revision_id, c.id LIMIT %(limit)s
"""

# The transaction's time, and the number that the next revision will have: only who holds
# `Lock.PIPELINE` makes one. Not drawn yet, since there may be nothing to make one of, and clients
# take a gap for revisions that are no longer kept.
BEGIN = "SELECT now(), last_value + is_called::int FROM sync_revision_number_seq"

# Oldest and newest revision, and the database's clock; one row always.
STANDING = """
SELECT (SELECT min(number) FROM sync_revision),
  (SELECT max(number) FROM sync_revision),
  (SELECT created_at FROM sync_revision ORDER BY number DESC LIMIT 1),
  clock_timestamp()
"""

DELETE_OLD = """
WITH old AS (
  SELECT number FROM sync_revision WHERE created_at < %(before)s AND number < %(newest)s
  ORDER BY number LIMIT 500),
changes AS (DELETE FROM sync_change WHERE revision_id IN (SELECT number FROM old)),
gone AS (DELETE FROM sync_revision WHERE number IN (SELECT number FROM old) RETURNING number)
SELECT count(*) FROM gone
"""

# Everybody who has a cursor of ours is behind the oldest revision afterwards.
LEAVE_GAP = """
SELECT setval(pg_get_serial_sequence('sync_revision', 'number'),
  nextval(pg_get_serial_sequence('sync_revision', 'number')) + %(gap)s)
"""

# What stands at 79.9 and more by votes, or would if these might confirm, and what juries decided:
# all that a change of who confirms can move. Without a bound votes' score is the `evidence_score`.
MARK_VIDEOS_AT_BOUND = f"""
INSERT INTO votes_dirtyvideo (video_id)
SELECT video_id FROM videos_video WHERE NOT locked AND decided_by <> '{JURY}'
  AND greatest(score, evidence_score) >= {SUSPECTED_CAP}
UNION SELECT target_id FROM votes_panel WHERE target_type = 'video' AND outcome IN ('ai', 'human')
"""
MARK_CHANNELS_AT_BOUND = f"""
INSERT INTO channels_dirtychannel (key)
SELECT coalesce(channel_id, '@' || handle) FROM channels_channel
WHERE NOT locked AND decided_by <> '{JURY}' AND score >= {SUSPECTED_CAP}
UNION SELECT target_id FROM votes_panel WHERE target_type = 'channel' AND outcome IN ('ai', 'human')
"""

# What a copy has, to find afterwards what it does not have.
REMEMBER_TABLE = """
CREATE TEMPORARY TABLE copied (video_id text, channel_key text) ON COMMIT DROP
"""
REMEMBER = """
INSERT INTO copied SELECT * FROM unnest(%(videos)s::text[], %(channels)s::text[])
"""
VIDEOS_NOT_COPIED = """
SELECT video_id FROM videos_video v
WHERE NOT EXISTS (SELECT FROM copied c WHERE c.video_id = v.video_id)
"""
CHANNELS_NOT_COPIED = """
SELECT coalesce(channel_id, '@' || handle) FROM channels_channel h
WHERE NOT EXISTS (
  SELECT FROM copied c WHERE c.channel_key = coalesce(h.channel_id, '@' || h.handle))
"""

UNPUBLISHED_SINCE = """
SELECT (SELECT created_at FROM sync_revision WHERE number > %(published)s ORDER BY number LIMIT 1)
"""

LOG_CHANGES = "COPY sync_change (revision_id, kind, key, bucket, payload) FROM STDIN"

# The last line of each object's history; of objects that have one.
LATEST_BANDS = """
SELECT w.kind, w.key, h.after
FROM unnest(%(kinds)s::text[], %(keys)s::text[]) AS w(kind, key)
CROSS JOIN LATERAL (
  SELECT after FROM sync_statuschange WHERE kind = w.kind AND key = w.key
  ORDER BY id DESC LIMIT 1) AS h
"""

LOG_BANDS = "COPY sync_statuschange (kind, key, at, before, after, cause) FROM STDIN"

_PLAN = "unnest(%(names)s::text[], %(every)s::int[], %(at)s::int[]) AS p(name, every, at)"

# The tasks that are due now, and the time that goes with each message. A time in the future was
# written by a clock that has been corrected since.
SEND_DUE = f"""
WITH plan AS (
  SELECT name, every * interval '1 second' AS every,
    date_trunc('day', now() - at * interval '1 second', 'UTC') + at * interval '1 second' AS since
  FROM {_PLAN}
), added AS (
  INSERT INTO sync_duetask (name, sent_at)
  SELECT name, now() FROM plan p WHERE NOT EXISTS (SELECT FROM sync_duetask d WHERE d.name = p.name)
  ON CONFLICT DO NOTHING RETURNING name, sent_at
), due AS (
  UPDATE sync_duetask d SET sent_at = now() FROM plan p
  WHERE d.name = p.name AND (
    d.sent_at > now()
    OR coalesce(d.sent_at < p.since, d.sent_at + p.every - %(early)s * interval '1 second' <= now())
    OR (d.sent_at < now() - %(lost)s * interval '1 second'
        AND coalesce(d.begun_at < d.sent_at OR d.begun_at > now(), true)))
  RETURNING d.name, d.sent_at
)
SELECT name, sent_at::text FROM (TABLE added UNION ALL TABLE due) AS sent ORDER BY name
"""

# Touches a row unless the task has begun since this message was sent.
BEGIN_TASK = """
INSERT INTO sync_duetask AS d (name, sent_at, begun_at)
VALUES (%(name)s, %(sent_at)s::timestamptz, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET begun_at = clock_timestamp()
WHERE coalesce(d.begun_at < %(sent_at)s::timestamptz OR d.begun_at > clock_timestamp(), true)
"""

OVERDUE = f"""
SELECT p.name, extract(epoch FROM greatest(
    now() - coalesce(CASE WHEN d.begun_at <= now() THEN d.begun_at END, d.first_sent_at)
      - p.every * interval '1 second', interval '0'))::float
FROM {_PLAN} JOIN sync_duetask d ON d.name = p.name
"""
