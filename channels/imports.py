"""One import of a source: all its files' entries become what the source now says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction

from channels.blocklists import Entry, stronger
from channels.models import DirtyChannel, Listing

BATCH = 5_000

# Two imports of a source at once would both insert what neither sees of the other: the second
# waits here for the first. Readers, the pipeline among them, do not wait.
_LOCK = "LOCK TABLE channels_listing IN SHARE ROW EXCLUSIVE MODE"
_SEEN = """
UPDATE channels_listing l SET level = e.level, last_seen = %(now)s, removed_at = NULL
FROM unnest(%(pks)s::bigint[], %(levels)s::text[]) AS e(pk, level) WHERE l.id = e.pk
"""
_CLOSE = "UPDATE channels_listing SET removed_at = %(now)s WHERE id = ANY(%(pks)s)"

_T = TypeVar("_T")
_Key = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Listings by what happened to them. `known` were open before; their level may be new."""

    new: int
    known: int
    reopened: int
    closed: int


def import_listings(
    *,
    source: str,
    level: str,
    entries: Sequence[Entry],
    now: datetime,
    dry_run: bool,
    progress: Callable[[int], None],
) -> ImportReport:
    """Make `entries` all that `source` says: insert, refresh and reopen them, close the others.

    An entry's own level goes before `level`; of an entry that is there twice, the stronger one
    counts. Channels whose listings changed are marked for the next roll-up. `progress` gets the
    number of distinct entries written so far. A dry run reports the same and writes nothing.
    """
    wanted = _distinct(entries, level)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        seen: list[tuple[int, str]] = []
        gone: list[int] = []
        dirty: list[_Key] = []
        reopened = 0
        missing = dict(wanted)
        for pk, channel_id, handle, old_level, removed_at in Listing.objects.filter(
            source=source
        ).values_list("pk", "channel_id", "handle", "level", "removed_at"):
            key = (channel_id, handle)
            new_level = missing.pop(key, None)
            if new_level is None:
                if removed_at is None:
                    gone.append(pk)
                    dirty.append(key)
                continue
            seen.append((pk, new_level))
            reopened += removed_at is not None
            if removed_at is not None or old_level != new_level:
                dirty.append(key)
        done = 0
        for batch in _batches(seen):
            pks, levels = zip(*batch, strict=True)
            cursor.execute(_SEEN, {"now": now, "pks": list(pks), "levels": list(levels)})
            progress(done := done + len(batch))
        for new in _batches(missing.items()):
            Listing.objects.bulk_create(
                Listing(
                    source=source,
                    level=new_level,
                    channel_id=channel_id,
                    handle=handle,
                    first_seen=now,
                    last_seen=now,
                )
                for (channel_id, handle), new_level in new
            )
            progress(done := done + len(new))
        if gone:
            cursor.execute(_CLOSE, {"now": now, "pks": gone})
        DirtyChannel.objects.append(_keys([*dirty, *missing]))
        transaction.set_rollback(dry_run)
    return ImportReport(
        new=len(missing), known=len(seen) - reopened, reopened=reopened, closed=len(gone)
    )


def _distinct(entries: Iterable[Entry], level: str) -> dict[_Key, str]:
    wanted: dict[_Key, str] = {}
    for entry in entries:
        key = (entry.channel_id, entry.handle)
        own = entry.level or level
        wanted[key] = stronger(wanted.get(key, own), own) or own
    return wanted


def _batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _keys(channels: Iterable[_Key]) -> list[str]:
    """The natural keys of channels, each once: ids as they are, handles with `@`."""
    keys: dict[str, None] = {}
    for channel_id, handle in channels:
        if channel_id is not None:
            keys[channel_id] = None
        if handle is not None:
            keys[f"@{handle}"] = None
    return list(keys)
