"""Every raw statement of `sync`."""

# A page of the change log in commit order. `zero` marks what counts for nothing (D45.4).
CHANGES = """
SELECT c.revision_id, c.id, c.kind, c.key, c.payload::text,
  coalesce((c.payload->>'score')::numeric = 0, false)
    AND NOT coalesce((c.payload->>'autoFlag')::boolean, false) AS zero
FROM sync_change c WHERE (c.revision_id, c.id) > (%(revision)s, %(change)s)
ORDER BY c.revision_id, c.id LIMIT %(limit)s
"""

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

# The last line of each object's history.
LATEST_BANDS = """
SELECT w.kind, w.key, (
  SELECT h.after FROM sync_statuschange h WHERE h.kind = w.kind AND h.key = w.key
  ORDER BY h.id DESC LIMIT 1)
FROM unnest(%(kinds)s::text[], %(keys)s::text[]) AS w(kind, key)
WHERE EXISTS (SELECT FROM sync_statuschange h WHERE h.kind = w.kind AND h.key = w.key)
"""
