"""The statements of an import, each for all its entries at once, in tables of its own."""

# The levels from the weakest on.
_LEVELS = "ARRAY['tie', 'warn', 'block']"

# A million entries take longer than a request may. Tables that are minutes old have no statistics,
# and a nested loop over all entries of a list would take hours.
FOR_WHOLE_LISTS = "SET LOCAL statement_timeout = 0; SET LOCAL enable_nestloop = off"

STAGE = """
CREATE TEMPORARY TABLE staged (
  place integer, channel_id text COLLATE "C", handle text COLLATE "C", level text, cut boolean)
"""

COPY = "COPY staged (place, channel_id, handle, level, cut) FROM STDIN"

# Two imports of a source at once would both insert what neither sees of the other: the second
# waits here for the first. Readers, the pipeline among them, do not wait.
LOCK = "LOCK TABLE channels_listing IN SHARE ROW EXCLUSIVE MODE"

# Each channel once, at the last of its places and with the strongest of its levels, next to what
# the source said of it before. Nulls are made empty, since a hash join cannot compare them.
WANT = f"""
CREATE TEMPORARY TABLE wanted AS
SELECT w.*, l.id, l.id IS NOT NULL AND l.removed_at IS NULL AS open,
  l.removed_at IS NOT NULL OR l.level IS DISTINCT FROM w.level AS moved
FROM (
  SELECT channel_id, handle, max(place) AS place, bool_and(cut) AS cut,
    ({_LEVELS})[max(array_position({_LEVELS}, coalesce(level, %(level)s)))] AS level
  FROM staged GROUP BY 1, 2) AS w
LEFT JOIN channels_listing l ON l.source = %(source)s
  AND coalesce(l.channel_id, '') = coalesce(w.channel_id, '')
  AND coalesce(l.handle, '') = coalesce(w.handle, '')
"""

# How many are open, how many of them the list has, how many channels it has, and whether its
# last one may be the beginning of one that is open, or that the list has as well.
COMPARE = """
WITH at_the_end AS MATERIALIZED (SELECT handle FROM wanted WHERE cut AND NOT open)
SELECT
  (SELECT count(*) FROM channels_listing WHERE source = %(source)s AND removed_at IS NULL),
  (SELECT count(*) FROM wanted WHERE open),
  (SELECT count(*) FROM wanted),
  EXISTS (
    SELECT FROM at_the_end e
    JOIN (
      SELECT handle FROM channels_listing WHERE source = %(source)s AND removed_at IS NULL
      UNION ALL SELECT handle FROM wanted WHERE NOT cut) l
      ON starts_with(l.handle, e.handle) AND l.handle <> e.handle)
"""

WITHHOLD = """
DELETE FROM wanted WHERE cut AND NOT open RETURNING coalesce('@' || handle, channel_id)
"""

COUNT = """
SELECT count(*) FILTER (WHERE id IS NULL), count(*) FILTER (WHERE open),
  count(*) FILTER (WHERE id IS NOT NULL AND NOT open)
FROM wanted
"""

_MARK = """
INSERT INTO channels_dirtychannel (key)
SELECT DISTINCT key FROM {} AS c, unnest(ARRAY[c.channel_id, '@' || c.handle]) AS key
WHERE key IS NOT NULL
"""

MARK = _MARK.format("(SELECT channel_id, handle FROM wanted WHERE moved)")

REFRESH = """
UPDATE channels_listing l
SET level = w.level, place = w.place, last_seen = %(now)s, removed_at = NULL
FROM wanted w WHERE l.id = w.id
"""

# In the list's order.
INSERT = """
INSERT INTO channels_listing (source, level, channel_id, handle, place, first_seen, last_seen)
SELECT %(source)s, level, channel_id, handle, place, %(now)s, %(now)s
FROM wanted WHERE id IS NULL ORDER BY place
"""

CLOSE_AND_MARK = f"""
WITH closed AS (
  UPDATE channels_listing l SET removed_at = %(now)s
  WHERE source = %(source)s AND removed_at IS NULL
    AND NOT EXISTS (SELECT FROM wanted w WHERE w.id = l.id)
  RETURNING channel_id, handle)
{_MARK.format("closed")}
"""

# All that a source lists, after something was said of the source itself.
MARK_SOURCE = _MARK.format(
    """(SELECT channel_id, handle FROM channels_listing
  WHERE source = %(source)s AND removed_at IS NULL)"""
)

FORGET = "DROP TABLE staged, wanted"
