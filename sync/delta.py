"""What changed since a client last asked (CONTRACT 6.10, D45)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from realtube.common.errors import InvalidParam, MissingParam, SyncExpired
from sync.models import Change, Revision

RETENTION = timedelta(hours=48)
OVERLAP = timedelta(seconds=30)
FUTURE = timedelta(seconds=60)
PAGE = 10_000
# RFC 3339, with ASCII digits only and no trailing newline.
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"([Zz]|[+\- ][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True)
class Position:
    """Where a client stands: it has everything up to `revision`, and of the next one all
    changes up to the id `change`."""

    revision: int
    change: int = 0

    def token(self) -> str:
        """The opaque cursor."""
        return f"{self.revision}-{self.change}"


def parse_since(value: str) -> datetime:
    """The moment `since` names. Raises `MissingParam` or `InvalidParam` (D11)."""
    if not value:
        raise MissingParam("since or cursor is required.", field="since")
    match = _RFC3339.fullmatch(value)
    if not match:
        raise InvalidParam("since must be an RFC 3339 time with an offset.", field="since")
    date, clock, fraction, offset = match.groups()
    # A plus sign arrives as a space when a client forgets to encode it.
    zone = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
    try:
        moment = datetime.fromisoformat(f"{date}T{clock}.{(fraction or '0')[:6]:0<6}{zone}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidParam("since is not a moment.", field="since") from None


def parse_cursor(value: str) -> Position:
    """The position behind a cursor. Raises `InvalidParam`."""
    match = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", value)
    if not match:
        raise InvalidParam("cursor is not one of ours.", field="cursor")
    return Position(int(match[1]), int(match[2]))


def since(moment: datetime, *, limit: int = PAGE) -> dict[str, Any]:
    """The delta for a client that knows a time. Raises `InvalidParam` for the future."""
    now, latest = _now(), _latest()
    # What we said last stays good, though the clock may have been set back since, or nothing
    # have happened for longer than the retention.
    newest = latest.created_at if latest else now
    if moment > max(now, newest) + FUTURE:
        raise InvalidParam("since lies in the future.", field="since")
    if moment < now - RETENTION and moment < newest:
        return {
            "videos": [],
            "channels": [],
            "syncTimestamp": microseconds(now),
            "fullSyncRequired": True,
        }
    first = (
        Revision.objects.filter(created_at__gte=moment - OVERLAP)
        .order_by("number")
        .values_list("number", flat=True)
        .first()
    )
    return _page(Position((first or (latest.number if latest else 0) + 1) - 1), limit=limit)


def after(position: Position, *, limit: int = PAGE) -> dict[str, Any]:
    """The delta for a client that has a cursor. Raises `SyncExpired` if it is too old."""
    latest = _latest()
    oldest = Revision.objects.order_by("number").values_list("number", flat=True).first()
    newest = latest.number if latest else 0
    if position.revision > newest or (oldest and position.revision < oldest - 1):
        raise SyncExpired
    return _page(position, limit=limit)


def delete_old() -> int:
    """Drop revisions older than the retention, but never the newest; rows deleted."""
    latest = _latest()
    if latest is None:
        return 0
    old = Revision.objects.filter(created_at__lt=_now() - RETENTION - timedelta(hours=1))
    return old.exclude(number=latest.number).delete()[0]


def microseconds(moment: datetime) -> str:
    """A time that is a cursor: microseconds, UTC, `Z` (D11)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _page(position: Position, *, limit: int) -> dict[str, Any]:
    """Up to `limit` changes in commit order; each object once, in its latest state."""
    # Read before the changes: what commits in between is delivered again, never skipped.
    latest, now = _latest(), _now()
    # Ids grow within a revision, and revisions have one writer: the order is total.
    rows = list(
        Change.objects.filter(revision__gt=position.revision)
        .exclude(revision=position.revision + 1, id__lte=position.change)
        .order_by("revision", "id")
        .select_related("revision")[: limit + 1]
    )
    more = len(rows) > limit
    rows = rows[:limit]
    newest: dict[tuple[str, str], dict[str, Any]] = {(c.kind, c.key): c.payload for c in rows}
    if more:
        last = rows[-1]
        following = Position(last.revision_id - 1, last.id)
        stamp = last.revision.created_at
    else:
        following = Position(max(latest.number if latest else 0, position.revision))
        # Never the wall clock: a clock that runs ahead and is set back would skip changes.
        stamp = latest.created_at if latest else now
    return {
        "videos": [entry for (kind, _), entry in newest.items() if kind == "video"],
        "channels": [entry for (kind, _), entry in newest.items() if kind == "channel"],
        "syncTimestamp": microseconds(stamp),
        "nextCursor": following.token(),
        "hasMore": more,
    }


def _latest() -> Revision | None:
    return Revision.objects.order_by("-number").first()


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
