"""Every raw statement of `sync`."""

# A page of the change log in commit order. `zero` marks what counts for nothing (D45.4).
CHANGES = """
SELECT c.revision_id, c.id, c.kind, c.key, c.payload::text, r.created_at,
  coalesce((c.payload->>'score')::numeric = 0, false)
    AND NOT coalesce((c.payload->>'autoFlag')::boolean, false) AS zero
FROM sync_change c JOIN sync_revision r ON r.number = c.revision_id
WHERE (c.revision_id, c.id) > (%(revision)s, %(change)s)
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
