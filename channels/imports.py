"""One import of a source: all its files' entries become what the source now says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channels import import_sql as sql
from channels.blocklists import Entry
from channels.models import ListSource
from channels.subscriptions import sources
from common.db import copy, execute, rows

BATCH = 5_000
# A list that has fewer of the channels that are open is taken for a broken one.
LEAST_KEPT = 0.5


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Listings by what happened to them. `known` were open before; their level may be new.

    `left_open` are not on the list, but stay since it may be broken; `withheld` are keys that
    were not taken since they may be the beginning of longer ones. `why` says why, in a sentence.
    """

    new: int
    known: int
    reopened: int
    closed: int
    left_open: int = 0
    withheld: tuple[str, ...] = ()
    why: str = ""


def import_listings(
    *,
    source: str,
    level: str,
    entries: Iterable[Entry],
    now: datetime,
    dry_run: bool,
    progress: Callable[[int], None],
    ended: bool = True,
    accept_shrink: bool = False,
    licence: str = "",
    use: str = "",
) -> ImportReport:
    """Make `entries` all that `source` says: insert, refresh and reopen them, close the others.

    An entry's own level goes before `level`; of an entry that is there twice, the stronger one
    counts. Channels whose listings changed are marked for the next roll-up. `progress` gets the
    number of entries read so far. A dry run reports the same and writes nothing.

    Nothing is closed, unless `accept_shrink`, by a list that has less than half of what is open,
    or that may have been cut off: it is not `ended` by a line end, and either has fewer channels
    than are open or ends with what begins a longer handle that is open or listed. Such an end is
    not taken. An empty `licence` or `use` (`ListSource.Use`) keeps what is known. What `entries`
    raises undoes all.
    """
    about = {"source": source, "level": level, "now": now}
    with transaction.atomic():
        execute(sql.FOR_WHOLE_LISTS)
        execute(sql.STAGE)
        copy(sql.COPY, _staged(entries, progress))
        execute(sql.LOCK)
        execute(sql.WANT, about)
        ((was_open, kept, wanted, cut_short),) = rows(sql.COMPARE, about)
        is_short = not accept_shrink and kept < LEAST_KEPT * was_open
        is_cut = not accept_shrink and not ended and (cut_short or wanted < was_open)
        withheld = tuple(key for (key,) in rows(sql.WITHHOLD)) if is_cut else ()
        ((new, known, reopened),) = rows(sql.COUNT)
        sources.state(source, licence=licence, use=use, is_new=not was_open)
        if not (is_short or is_cut):
            execute(sql.CLOSE_AND_MARK, about)
        execute(sql.MARK)
        execute(sql.REFRESH, about)
        execute(sql.INSERT, about)
        ListSource.objects.filter(name=source).update(imported_at=now)
        execute(sql.FORGET)
        transaction.set_rollback(dry_run)
    why = [f"it has only {kept} of the {was_open} channels that are open"] if is_short else []
    why += ["its last line has no line end, so it may be cut off"] if is_cut else []
    return ImportReport(
        new=new,
        known=known,
        reopened=reopened,
        closed=0 if why else was_open - kept,
        left_open=was_open - kept if why else 0,
        withheld=withheld,
        why=" and ".join(why),
    )


def _staged(
    entries: Iterable[Entry], progress: Callable[[int], None]
) -> Iterator[tuple[int, str | None, str | None, str | None, bool]]:
    place = 0
    for place, entry in enumerate(entries, start=1):
        yield place, entry.channel_id, entry.handle, entry.level, entry.cut
        if place % BATCH == 0:
            progress(place)
    progress(place)
