"""Reading and writing what is stored of videos, many at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from common.db import execute, records, rows
from videos import sql
from videos.models import Video
from videos.rows import Categories, Change, Row, Stored

_READ = sql.read(Row._fields)


def read(video_ids: Collection[str]) -> dict[str, Stored]:
    """Those of the videos that are stored, with their categories; two statements."""
    categories = categories_of(video_ids)
    return {
        values[0]: Stored(Row(*values), categories.get(values[0], {}))
        for values in rows(_READ, {"videos": list(video_ids)})
    }


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
    regrouped = [
        (it.before, it.after)
        for it in changes
        if it.after and it.after.categories != (it.before.categories if it.before else {})
    ]
    before = [old.row.video_id for old, _ in regrouped if old and old.categories]
    if before:
        execute(sql.DELETE_CATEGORIES, {"videos": before})
    grouped = [
        {"video_id": new.row.video_id, "category": name, "vote_count": n, "weighted_score": score}
        for _, new in regrouped
        for name, (n, score) in new.categories.items()
    ]
    if grouped:
        execute(sql.INSERT_CATEGORIES, {"records": records(grouped)})
