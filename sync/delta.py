"""What changed since a client last asked (docs/contract.md#delta)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import orjson
from django.conf import settings
from django.db import transaction

from channels import standings
from channels.present import counts
from common.db import rows
from common.errors import InvalidParam, MissingParam, SyncExpired
from common.locks import Lock, wait_for_transaction_lock
from realtube_client.compact import Item
from realtube_client.keys import key_of
from sync import compact, sql
from sync.models import Change, Revision
from votes.models import AI_CATEGORIES

Format = Literal["json", "everything", "compact"]
"""`json` is what clients get if they ask for nothing else. `everything` also has what is published
with score 0, for mirrors. `compact` has the keys and bytes of the compact snapshot, for clients
that hold only hashes."""

RETENTION = timedelta(hours=48)
OVERLAP = timedelta(seconds=30)
FUTURE = timedelta(seconds=60)
PAGE = 10_000
# A page that cannot grow any more. After a restored backup it leads to a 410 for so long.
FINISHED_S = 3600
# Thirty-five days, the age of the oldest backup, have 1.5 million runs of the pipeline.
LOST_REVISIONS_MAX = 10_000_000
# RFC 3339, with ASCII digits only and no trailing newline.
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"([Zz]|[+\- ][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True)
class Position:
    """How far a client is: it has everything up to `revision`, and of the next one all
    changes up to the id `change`."""

    revision: int
    change: int = 0

    def token(self) -> str:
        """The opaque cursor."""
        return f"{self.revision}-{self.change}"


def parse_since(value: str) -> datetime:
    """The moment `since` names. Raises `MissingParam` or `InvalidParam`."""
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


def since(moment: datetime, *, limit: int = PAGE, form: Format = "json") -> dict[str, Any]:
    """The delta for a client that knows a time. Raises `InvalidParam` for the future."""
    standing = _standing()
    # What we said last stays good, though the clock may have been set back since, or nothing
    # have happened for longer than the retention.
    if moment > max(standing.now, standing.newest_at) + FUTURE:
        raise InvalidParam("since lies in the future.", field="since")
    if moment < standing.now - RETENTION and moment < standing.newest_at:
        return {
            "videos": [],
            "channels": [],
            "syncTimestamp": microseconds(standing.now),
            "fullSyncRequired": True,
        }
    page = _read(_before(moment - OVERLAP, standing), standing.end, limit)
    if page.more and page.stamp <= moment:
        # So much happened in the overlap that the client would get the same page for ever.
        page = _read(_before(moment, standing), standing.end, limit)
    return page.answer(form)


def after(
    position: Position, *, limit: int = PAGE, form: Format = "json"
) -> tuple[dict[str, Any], int]:
    """The delta for clients that have a cursor, and for how many seconds it is the same for all.

    The compact one, which very many ask for, ends at a cut wherever it can: so they soon stand at
    the same few positions and get the same few answers. The others go up to the newest revision,
    and are the same for 0 s. Raises `SyncExpired` if the position is too old.
    """
    standing = _standing()
    # A server restored from a backup may be behind its clients: they start again, too.
    if position.revision > standing.newest or position.revision < standing.oldest - 1:
        raise SyncExpired
    every_s: int = settings.DELTA_EVERY_S if form == "compact" else 0
    if not every_s:
        return _read(position, standing.end, limit).answer(form), 0
    end = standing.end
    # Until a clock that was set back has caught up there are no cuts: fresh rather than shared.
    if standing.newest_at <= standing.now:
        end = _cut_in_period_before(standing.now) or end
    page = _read(position, end, limit, to_cut=True)
    until_next_s = math.ceil(every_s - standing.now.timestamp() % every_s)
    return page.answer(form), FINISHED_S if page.more else until_next_s


def delete_old() -> int:
    """Drop revisions older than the retention, but never the newest; how many went.

    In bites of 500 revisions, each a transaction: after a long pause there may be millions of rows.
    """
    standing = _standing()
    before = standing.now - RETENTION - timedelta(hours=1)
    total = 0
    while gone := rows(sql.DELETE_OLD, {"before": before, "newest": standing.newest})[0][0]:
        total += gone
    return total


@transaction.atomic
def start_over() -> None:
    """Have everybody who followed us begin again: this database is an earlier state of itself.

    What clients, mirrors and publishers saw after that state has revisions that would be given
    again for something else; so numbers go on far beyond them, and no older change is kept.
    """
    wait_for_transaction_lock(Lock.PIPELINE)
    Change.objects.all().delete()
    Revision.objects.all().delete()
    rows(sql.LEAVE_GAP, {"gap": LOST_REVISIONS_MAX})
    Revision.objects.create()


def microseconds(moment: datetime) -> str:
    """A time that clients go on from: microseconds, UTC, `Z` (docs/contract.md#r11)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class _Standing:
    """The revisions kept, and the database's clock; revisions are 0 when there are none."""

    oldest: int
    newest: int
    newest_at: datetime
    now: datetime

    @property
    def end(self) -> _End:
        """The newest revision."""
        return _End(self.newest, self.newest_at)


@dataclass(frozen=True)
class _End:
    """The last revision that an answer may have, and its time."""

    revision: int
    at: datetime


def _standing() -> _Standing:
    oldest, newest, newest_at, now = rows(sql.STANDING)[0]
    return _Standing(oldest or 0, newest or 0, newest_at or now, now)


def _cut_in_period_before(moment: datetime) -> _End | None:
    """The cut before `moment`: the last revision from before the period that `moment` is in.

    Periods are `DELTA_EVERY_S` long, counted from 1970.
    """
    begun_s = moment.timestamp() // settings.DELTA_EVERY_S * settings.DELTA_EVERY_S
    found = (
        Revision.objects.filter(created_at__lt=datetime.fromtimestamp(begun_s, UTC))
        .order_by("-created_at", "-number")
        .values_list("number", "created_at")
        .first()
    )
    return _End(*found) if found else None


def _before(moment: datetime, standing: _Standing) -> Position:
    """The position of a client that has everything from before `moment`."""
    first = (
        Revision.objects.filter(created_at__gte=moment)
        .order_by("number")
        .values_list("number", flat=True)
        .first()
    )
    return Position((first or standing.newest + 1) - 1)


@dataclass(frozen=True)
class _Entry:
    """A row of the change log; `zero` if it says only that the object counts for nothing."""

    kind: str
    key: str
    payload: str
    zero: bool

    def json(self, form: Format) -> orjson.Fragment:
        """The entry as the API sends it; what counts for nothing is a removal."""
        if not self.zero or form == "everything":
            return orjson.Fragment(self.payload)
        name = "videoId" if self.kind == Change.Kind.VIDEO else "channelId"
        return orjson.Fragment(orjson.dumps({name: self.key, "action": "remove"}))


@dataclass(frozen=True)
class _Page:
    """Some of the change log: each object once, in its latest state."""

    entries: list[_Entry]
    following: Position
    stamp: datetime
    more: bool

    def answer(self, form: Format) -> dict[str, Any]:
        """The body of the response."""
        body = self._hashed() if form == "compact" else self._whole(form)
        return {
            **body,
            "syncTimestamp": microseconds(self.stamp),
            "nextCursor": self.following.token(),
            "hasMore": self.more,
        }

    def _whole(self, form: Format) -> dict[str, Any]:
        videos = [e.json(form) for e in self.entries if e.kind == Change.Kind.VIDEO]
        channels = [e.json(form) for e in self.entries if e.kind == Change.Kind.CHANNEL]
        return {"videos": videos, "channels": channels}

    def _hashed(self) -> dict[str, Any]:
        videos: dict[int, Item | None] = {}
        channels: dict[int, Item | None] = {}
        read = [(entry, orjson.loads(entry.payload)) for entry in self.entries]
        of_flagged = standings.of_flagged(
            [
                payload
                for entry, payload in read
                if entry.kind == Change.Kind.VIDEO
                and payload["action"] != "remove"
                and compact.is_small(payload)
            ]
        )
        for entry, payload in read:
            removed = payload["action"] == "remove"
            if entry.kind == Change.Kind.VIDEO:
                item = None
                if not removed:
                    item = compact.video_item(
                        payload, AI_CATEGORIES, of_flagged=entry.key in of_flagged
                    )
                videos[key_of(entry.key)] = item
                continue
            keys = [key_of(entry.key)] if removed else compact.channel_keys(payload)
            channels |= dict.fromkeys(keys)
            if not removed and counts(payload):
                channels |= {i[0]: i for i in compact.channel_items(payload, AI_CATEGORIES)}
        return {"videos": _items(videos.items()), "channels": _items(channels.items())}


def _items(found: Iterable[tuple[int, Item | None]]) -> list[dict[str, Any]]:
    return [
        {"key": f"{key:016x}", "action": "remove"}
        if item is None
        else {"key": f"{key:016x}", "action": "update", "score": item[1], "flags": item[2]}
        for key, item in found
    ]


def _read(position: Position, end: _End, limit: int, *, to_cut: bool = False) -> _Page:
    """Up to `limit` changes after `position` and up to `end`, in commit order.

    A page that is not the last one ends, `to_cut`, at the last cut that is in it.
    """
    found = rows(
        sql.CHANGES,
        {
            "revision": position.revision + 1,
            "change": position.change,
            "until": end.revision,
            "limit": limit + 1,
        },
    )
    if len(found) <= limit:
        following = Position(end.revision) if end.revision > position.revision else position
        # Never the wall clock: a clock that runs ahead and is set back would skip changes.
        return _Page(_latest(found), following, end.at, more=False)
    if to_cut:
        cut = _cut_in_period_before(_time_of(found[limit][0]))
        if cut and cut.revision > position.revision:
            found = [row for row in found if row[0] <= cut.revision]
            return _Page(_latest(found), Position(cut.revision), cut.at, more=True)
    revision, change, *_ = found[limit - 1]
    return _Page(
        _latest(found[:limit]), Position(revision - 1, change), _time_of(revision), more=True
    )


def _time_of(revision: int) -> datetime:
    """When a revision was made. Raises `SyncExpired` if retention overtook the client just now."""
    found = Revision.objects.filter(number=revision).values_list("created_at", flat=True).first()
    if found is None:
        raise SyncExpired
    return found


def _latest(found: Iterable[Sequence[Any]]) -> list[_Entry]:
    """Each object once, in its latest state."""
    # Later states of an object move to the end: in hash keys the order of channels matters.
    entries: dict[tuple[str, str], _Entry] = {}
    for _, _, kind, key, payload, zero in found:
        entries.pop((kind, key), None)
        entries[kind, key] = _Entry(kind, key, payload, zero)
    return list(entries.values())
