"""All raw statements of the search."""

from __future__ import annotations

from evidence.search.rule import MIN_QUALITY, SAME_BITS

INDEX = "frame_near"

# Only a superuser, or the owner of the database where pgvector is trusted, may do this.
ADD_EXTENSION = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions
             WHERE name = 'vector' AND string_to_array(default_version, '.')::int[] >= '{0,8}') THEN
    CREATE EXTENSION IF NOT EXISTS vector;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'pgvector is there, but may not be switched on by this user';
END $$
"""

CAN_BE_INDEXED = """
SELECT EXISTS (SELECT FROM pg_opclass WHERE opcname = 'bit_hamming_ops'
               AND opcmethod = (SELECT oid FROM pg_am WHERE amname = 'hnsw'))
       AND to_regclass('evidence_frame') IS NOT NULL
"""

# One whose building was killed is left behind, and is no use.
IS_INDEXED = """
SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%(name)s)
"""

DROP_INDEX = f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}"

ADD_INDEX = f"""
CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON evidence_frame
USING hnsw (phash bit_hamming_ops) WHERE phash IS NOT NULL AND quality >= {MIN_QUALITY}
"""

# How many candidates the index looks at; relaxed, so that it goes on behind those of the same clip.
TUNE = "SET LOCAL hnsw.ef_search = 100; SET LOCAL hnsw.iterative_scan = relaxed_order"

# Reading a million frames for each of a hundred takes minutes, and so does making an index.
PATIENT = "SET LOCAL statement_timeout = '20min'"
ENDLESS, USUAL = "SET statement_timeout = 0", "RESET statement_timeout"

_NEAR = f"""
SELECT mine.id AS mine, near.id AS its, near.clip_id AS other
FROM evidence_frame AS mine
CROSS JOIN LATERAL (
  SELECT it.id, it.clip_id, {{distance}} AS distance
  FROM evidence_frame AS it
  WHERE it.phash IS NOT NULL AND it.quality >= {MIN_QUALITY} AND it.clip_id <> mine.clip_id
  ORDER BY {{distance}}
  LIMIT %(most)s
) AS near
WHERE mine.clip_id = %(clip)s AND mine.phash IS NOT NULL AND mine.quality >= {MIN_QUALITY}
  AND near.distance <= {SAME_BITS}
"""

# For each other clip: how many frames of the one stand in it, and how many of its in the one.
_SHARED = """
SELECT other, count(DISTINCT mine), count(DISTINCT its) FROM ({near}) AS pairs
GROUP BY other ORDER BY 2 DESC, other LIMIT %(clips)s
"""

SHARED_BY_INDEX = _SHARED.format(near=_NEAR.format(distance="it.phash <~> mine.phash"))
SHARED_EXACTLY = _SHARED.format(near=_NEAR.format(distance="bit_count(it.phash # mine.phash)"))

SEARCHABLE = f"""
SELECT clip_id, count(*) FROM evidence_frame
WHERE clip_id = ANY(%(clips)s::uuid[]) AND phash IS NOT NULL AND quality >= {MIN_QUALITY}
GROUP BY clip_id
"""

# The clips that share most of these terms.
LIKE_SOUND = """
SELECT it.clip_id FROM evidence_sound AS it CROSS JOIN LATERAL unnest(it.terms) AS term
WHERE it.terms && %(terms)s::int[] AND term = ANY(%(terms)s::int[]) AND it.clip_id <> %(clip)s
GROUP BY it.clip_id HAVING count(*) >= %(least)s
ORDER BY count(*) DESC LIMIT %(most)s
"""
