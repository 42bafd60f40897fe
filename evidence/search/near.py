"""Frames that are the same pictures: by pgvector's index, or by reading all where there is none.

Both find what `evidence.search.rule` calls the same; the index may miss a few.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from common.db import execute, rows
from evidence.search import sql

MOST_PER_FRAME = 50
"""Like frames of other clips that are looked at for each frame."""
MOST_CLIPS = 50
log = structlog.get_logger()


def is_indexed() -> bool:
    """Whether both indexes are there and whole."""
    return len(rows(sql.INDEXED, {"names": list(sql.INDEXES)})) == len(sql.INDEXES)


def prepare_after_migrate(**kwargs: Any) -> None:
    """See `prepare`; a server that only now has pgvector gets the index then."""
    prepare()


def prepare() -> bool:
    """Make the indexes where PostgreSQL can have them, without a lock; whether they are there."""
    if is_indexed():
        return True
    execute(sql.ADD_EXTENSION)
    ((possible,),) = rows(sql.CAN_BE_INDEXED)
    if not possible or connection.in_atomic_block:
        return False
    there = {name for (name,) in rows(sql.INDEXED, {"names": list(sql.INDEXES)})}
    execute(sql.ENDLESS)
    try:
        for name in sql.INDEXES:
            if name not in there:
                execute(sql.DROP_INDEX[name])
                execute(sql.ADD_INDEX[name])
    finally:
        execute(sql.USUAL)
    log.debug("frames are indexed", indexes=sql.INDEXES)
    return True


@transaction.atomic
def shared(clip: UUID) -> list[tuple[UUID, int, int]]:
    """Other clips with frames of this one, most first.

    For each: how many frames of `clip` stand in it, and how many of its stand in `clip`.
    """
    execute(sql.PATIENT)
    statement = sql.SHARED_EXACTLY
    if is_indexed():
        execute(sql.TUNE)
        statement = sql.SHARED_BY_INDEX
    return rows(statement, {"clip": clip, "most": MOST_PER_FRAME, "clips": MOST_CLIPS})


def searchable(clips: list[UUID]) -> dict[UUID, int]:
    """How many frames of each clip can be looked for."""
    return dict(rows(sql.SEARCHABLE, {"clips": clips}))
