"""Reading and writing what is stored of videos, many at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from common.db import execute, records, rows
from videos import sql
from videos.models import Video
from videos.rows import Categories, Change, Row, Stored

_READ = sql.read(Row._fields)


def read(video_ids: Collection[str]) -> dict[str, Stored]:
    """Those of the videos that are stored, with their categories; two statements."""
    return {it.row.video_id: it for it in _stored(rows(_READ, {"videos": list(video_ids)}))}


def in_buckets(buckets: Collection[str]) -> list[Stored]:
    """The videos of these 4-hex buckets, published or not, by id; two statements."""
    return _stored(rows(sql.IN_BUCKETS, {"buckets": list(buckets)}))


def _stored(found: Sequence[tuple[Any, ...]]) -> list[Stored]:
    videos = [Row(*values) for values in found]
    categories = categories_of(row.video_id for row in videos)
    return [Stored(row, categories.get(row.video_id, {})) for row in videos]


def categories_of(video_ids: Iterable[str]) -> dict[str, Categories]:
    """Category -> (votes, weighted score) by video, one statement for all."""
    found: dict[str, Categories] = {}
    for video_id, category, votes, weighted in rows(sql.CATEGORIES, {"videos": list(video_ids)}):
        found.setdefault(video_id, {})[category] = (votes, weighted)
    return found


def write(changes: Sequence[Change], *, revision: int) -> None:
    """Store videos with votes and weighted scores by category, and delete what is gone.

    At most four statements; only what is another than before is written.
    """
    gone = [it.before.row.video_id for it in changes if it.before and not it.after]
    if gone:
        Video.objects.filter(pk__in=gone).delete()
    written = [
        it.after.row
        for it in changes
        if it.after and not (it.before and it.before.row == it.after.row)
    ]
    if written:
        rows_of = records(row._asdict() for row in written)
        execute(sql.UPSERT, {"records": rows_of, "revision": revision})
    _write_categories((it.before, it.after) for it in changes if it.after)


def _write_categories(changes: Iterable[tuple[Stored | None, Stored]]) -> None:
    """Only those that are another than before, and those that are gone: the rest keep their rows.

    A row is written over, which costs PostgreSQL no index, rather than deleted and inserted.
    """
    stored = []
    gone: list[tuple[str, str]] = []
    for old, (row, after) in changes:
        before = old.categories if old else {}
        stored += [
            {"video_id": row.video_id, "category": name, "vote_count": n, "weighted_score": score}
            for name, (n, score) in after.items()
            if before.get(name) != (n, score)
        ]
        gone += [(row.video_id, name) for name in before.keys() - after.keys()]
    if gone:
        videos, categories = map(list, zip(*gone, strict=True))
        execute(sql.DELETE_CATEGORIES, {"videos": videos, "categories": categories})
    if stored:
        execute(sql.STORE_CATEGORIES, {"records": records(stored)})
