"""Subscriptions: which lists are fetched, when, and how that went.

A worker claims a subscription in a short transaction, fetches without one, and takes the list
together with the outcome in another: stopped anywhere, it has done nothing or all, and the next
worker goes on once the claim has lapsed.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from psycopg.errors import LockNotAvailable

from channels.blocklists import UnreadableList, open_list
from channels.imports import ImportReport, import_listings
from channels.models import Subscription
from channels.subscriptions import fetching, sources
from common.db import rows

RUN_S = 120.0
"""No further list is begun after so many seconds; the next run goes on."""
EVERY_MIN_S, EVERY_MAX_S = 15 * 60, 30 * 86_400
# Longer than a fetch and an import may take (CELERY_TASK_TIME_LIMIT).
_CLAIM = timedelta(minutes=15)
_RETRY_FIRST_S = 300
_DOUBLINGS_MAX = 12
_BUSY_S = 60
_OUR_FAULT = "This is a fault of RealTube's, not of the list: the worker's log says more."
log = structlog.get_logger()


class _Gone(Exception):
    """The subscription was ended, or changed, while it was fetched."""


def subscribe(
    *, url: str, source: str, level: str, every_s: int, licence: str = "", use: str = ""
) -> Subscription:
    """Have the list at `url` fetched from now on, every `every_s` seconds (900 to 30 days).

    It is all that `source` says, as an import is; a source that has a subscription gets this one
    instead, and is fetched at once. An empty `licence` is what the list itself says; `use` is one
    of `ListSource.Use`, by default what was said of the source before. Raises `NotFetched` for an
    address that may not be asked.
    """
    checked = str(fetching.check(url))
    with transaction.atomic():
        subscription, _ = Subscription.objects.update_or_create(
            source=source,
            defaults={
                "url": checked,
                "level": level,
                "licence": licence,
                "every_s": every_s,
                "paused": False,
                "etag": "",
                "last_modified": "",
                "accept_shrink": False,
                "error": "",
                "failures": 0,
                "next_at": Now(),
                "claimed_until": None,
            },
        )
        sources.state(source, licence=licence, use=use)
    return Subscription.objects.get(pk=subscription.pk)


def fetch_soon(source: str, *, accept_shrink: bool = False) -> bool:
    """Have a list fetched by the next run; with `accept_shrink` what it has no longer is closed.

    Whether there is such a subscription. What a worker is fetching at this moment is not taken.
    """
    wanted = {"next_at": Now(), "paused": False, "claimed_until": None}
    if accept_shrink:
        wanted |= {"accept_shrink": True, "etag": "", "last_modified": ""}
    return bool(Subscription.objects.filter(source=source).update(**wanted))


def pause(source: str) -> bool:
    """Fetch it no more until `fetch_soon`; its channels stay listed. Whether there is one."""
    return bool(Subscription.objects.filter(source=source).update(paused=True))


def end(source: str) -> bool:
    """Forget the subscription; its channels stay listed. Whether there was one."""
    return bool(Subscription.objects.filter(source=source).delete()[0])


def fetch_due(*, seconds: float = RUN_S) -> int:
    """Fetch the lists that are due, those that wait longest first; how many were looked at."""
    until = time.monotonic() + seconds
    done = 0
    while time.monotonic() < until and (claimed := _claim()):
        refresh(claimed)
        done += 1
    return done


def _claim() -> Subscription | None:
    """A subscription that is due and that no other worker is at."""
    with transaction.atomic():
        found = (
            Subscription.objects.select_for_update(skip_locked=True)
            .filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()))
            .filter(paused=False, next_at__lte=Now())
            .order_by("next_at", "pk")
            .first()
        )
        if found:
            Subscription.objects.filter(pk=found.pk).update(claimed_until=Now() + _CLAIM)
            found.refresh_from_db()
    return found


def refresh(claimed: Subscription) -> None:
    """Fetch one list and take it; whatever goes wrong is written down for the operator."""
    try:
        with fetching.fetched(
            claimed.url, etag=claimed.etag, last_modified=claimed.last_modified
        ) as got:
            if got.file is None:
                _note(claimed, state=Subscription.State.GOOD, error="", fetched_at=Now())
            else:
                _take(claimed, got)
    except fetching.NotFetched as error:
        _failed(claimed, str(error), wait_s=error.retry_after_s)
    except UnreadableList as error:
        _failed(claimed, f"What is there is not taken: {error.reason}.")
    except _Gone:
        log.info("list was fetched for nothing", source=claimed.source)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        _note(claimed, next_at=Now() + timedelta(seconds=_BUSY_S))
    except Exception:
        log.exception("list not taken", source=claimed.source)
        _failed(claimed, _OUR_FAULT)


def _take(claimed: Subscription, got: fetching.Fetched) -> None:
    """Import what came, and write down that it did, in one transaction."""
    assert got.file is not None  # noqa: S101 - for mypy
    now: datetime = rows("SELECT clock_timestamp()")[0][0]
    with transaction.atomic(), open_list(got.file, most_bytes=fetching.MAX_BYTES) as reading:
        # Before its source, as `subscribe` does: no deadlock.
        if not Subscription.objects.select_for_update().filter(**_ours(claimed)).exists():
            raise _Gone
        report = import_listings(
            source=claimed.source,
            level=claimed.level,
            entries=reading,
            now=now,
            dry_run=False,
            progress=lambda _: None,
            ended=reading.ended,
            accept_shrink=claimed.accept_shrink,
            licence=claimed.licence or reading.licence,
        )
        whole = not report.why
        _note(
            claimed,
            state=Subscription.State.GOOD if whole else Subscription.State.SHRUNK,
            error="" if whole else _shrunk(report),
            # What may be cut off is asked for in whole again.
            etag=got.etag if whole else "",
            last_modified=got.last_modified if whole else "",
            fetched_at=Now(),
            changed_at=Now(),
            accept_shrink=False,
        )
    log.info(
        "list taken",
        source=claimed.source,
        new=report.new + report.reopened,
        known=report.known,
        closed=report.closed,
        left_open=report.left_open,
    )


def _shrunk(report: ImportReport) -> str:
    return (
        f"The list may not be whole: {report.why}. What is new was taken, nothing was closed"
        f" ({report.left_open} more stay open). If it is whole, accept that it has shrunk."
    )


def _ours(claimed: Subscription) -> dict[str, object]:
    return {"pk": claimed.pk, "claimed_until": claimed.claimed_until}


def _note(claimed: Subscription, **outcome: object) -> None:
    """Write down how it went, and give the subscription back. Raises `_Gone` if it is another's.

    Next time it is due after its interval, unless `outcome` says otherwise.
    """
    ours = Subscription.objects.filter(**_ours(claimed))
    due = {"next_at": Now() + timedelta(seconds=claimed.every_s), "failures": 0}
    if not ours.update(**due | {"claimed_until": None} | outcome):
        raise _Gone


def _failed(claimed: Subscription, error: str, *, wait_s: int = 0) -> None:
    """Write down what went wrong, and try again: after five minutes, then twice as long each time,
    but no later than usual, nor sooner than the server asked for."""
    retry_s = _RETRY_FIRST_S * 2 ** min(claimed.failures, _DOUBLINGS_MAX)
    wait = timedelta(seconds=max(min(retry_s, claimed.every_s), wait_s))
    try:
        _note(
            claimed,
            state=Subscription.State.FAILED,
            error=error,
            # It was about the list that could be seen then.
            accept_shrink=False,
            failures=claimed.failures + 1,
            next_at=Now() + wait,
        )
    except _Gone:
        log.info("list was fetched for nothing", source=claimed.source)
    else:
        log.warning("list not fetched", source=claimed.source, reason=error)
