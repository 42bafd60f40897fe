"""All raw statements of the search."""

from __future__ import annotations

from evidence.search.rule import MIN_QUALITY, SAME_BITS

INDEXES = ("frame_near", "frame_near_middle")

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
INDEXED = """
SELECT i.indexrelid::regclass::text FROM pg_index i
WHERE i.indisvalid AND i.indexrelid::regclass::text = ANY(%(names)s)
"""

# What can be looked for: by the whole picture, and by its middle, which is null where it is plain.
_USABLE = {
    "phash": f"{{it}}.phash IS NOT NULL AND {{it}}.quality >= {MIN_QUALITY}",
    "middle": "{it}.middle IS NOT NULL",
}

DROP_INDEX = {name: f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in INDEXES}

ADD_INDEX = {
    name: f"""
CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON evidence_frame
USING hnsw ({column} bit_hamming_ops) WHERE {_USABLE[column].format(it="evidence_frame")}
"""
    for name, column in zip(INDEXES, _USABLE, strict=True)
}

# How many candidates the index looks at; relaxed, so that it goes on behind those of the same clip.
TUNE = "SET LOCAL hnsw.ef_search = 100; SET LOCAL hnsw.iterative_scan = relaxed_order"

# Reading a million frames for each of a hundred takes minutes, and so does making an index.
PATIENT = "SET LOCAL statement_timeout = '20min'"
ENDLESS, USUAL = "SET statement_timeout = 0", "RESET statement_timeout"

_NEAR = """
SELECT mine.id AS mine, near.id AS its, near.clip_id AS other
FROM evidence_frame AS mine
CROSS JOIN LATERAL (
  SELECT it.id, it.clip_id, {distance} AS distance
  FROM evidence_frame AS it
  WHERE {its_usable} AND it.clip_id <> mine.clip_id
  ORDER BY {distance}
  LIMIT %(most)s
) AS near
WHERE mine.clip_id = %(clip)s AND {usable} AND near.distance <= {same}
"""

# For each other clip: how many frames of the one stand in it, and how many of its in the one.
_SHARED = """
SELECT other, count(DISTINCT mine), count(DISTINCT its) FROM ({near}) AS pairs
GROUP BY other ORDER BY 2 DESC, other LIMIT %(clips)s
"""


def _shared(distance: str) -> str:
    """By the one hash or the other, whose `distance` this is."""
    near = (
        _NEAR.format(
            distance=distance.format(column=column),
            its_usable=usable.format(it="it"),
            usable=usable.format(it="mine"),
            same=SAME_BITS,
        )
        for column, usable in _USABLE.items()
    )
    return _SHARED.format(near="UNION ALL".join(near))


SHARED_BY_INDEX = _shared("it.{column} <~> mine.{column}")
SHARED_EXACTLY = _shared("bit_count(it.{column} # mine.{column})")

_ANY = " OR ".join(f"({usable.format(it='evidence_frame')})" for usable in _USABLE.values())
SEARCHABLE = f"""
SELECT clip_id, count(*) FROM evidence_frame
WHERE clip_id = ANY(%(clips)s::uuid[]) AND ({_ANY})
GROUP BY clip_id
"""

# The clips that share most of these terms.
LIKE_SOUND = """
SELECT it.clip_id FROM evidence_sound AS it CROSS JOIN LATERAL unnest(it.terms) AS term
WHERE it.terms && %(terms)s::int[] AND term = ANY(%(terms)s::int[]) AND it.clip_id <> %(clip)s
GROUP BY it.clip_id HAVING count(*) >= %(least)s
ORDER BY count(*) DESC LIMIT %(most)s
"""
