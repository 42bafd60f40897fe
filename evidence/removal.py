"""How clips go: with their files first, so that nothing is kept of which nobody knows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from common.db import execute
from common.telemetry import metrics
from evidence import sql, states, store
from evidence.models import Clip, ClipQuerySet, State
from evidence.uploads import arrivals, incoming

log = structlog.get_logger()
# What arrives by a form is a file before it is a row.
YOUNG_S = 3600


@dataclass
class Swept:
    """How much a sweep deleted, or would have, and how often it failed."""

    expired: int = 0
    abandoned: int = 0
    lost_files: int = 0
    lost_rows: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return (
            f"expired {self.expired}, given up {self.abandoned}, files without a clip "
            f"{self.lost_files}, clips without a file {self.lost_rows}, failed {self.failed}"
        )


def remove(clip: Clip) -> None:
    """Delete a clip: nobody is shown it any more, then its files go, then its row.

    Raises what the storage raises; the rest then goes at night.
    """
    states.end(clip.pk)
    store.delete_all(clip)
    Clip.objects.filter(pk=clip.pk).delete()


def forget_voter(voter_id: str) -> None:
    """Delete all that a voter sent, as `discard` does."""
    discard(Clip.objects.filter(vote__voter_id=voter_id))


def discard(found: ClipQuerySet) -> None:
    """Delete clips: out of sight with the transaction, and their files after its commit.

    What the storage fails to delete then has no row any more, and goes at night.
    """
    clips = list(found)
    Clip.objects.filter(pk__in=[clip.pk for clip in clips]).delete()

    def delete_files() -> None:
        for clip in clips:
            _try(Swept(), clip.folder, store.delete_all, clip)

    transaction.on_commit(delete_files)


def sweep(*, dry_run: bool = False) -> Swept:
    """Delete what has expired, what was given up, and what has lost its other half.

    A failure is counted and does not keep the rest. With `dry_run` nothing is changed.
    """
    swept = Swept()
    with transaction.atomic():
        execute(sql.SET_EXPIRY, {"days": settings.EVIDENCE_DAYS})
        over = list(
            Clip.objects.filter(
                Q(state=State.EXPIRED)
                | Q(expires_at__lte=Now())
                | Q(vote__retracted_at__isnull=False)
            ).order_by("pk")
        )
        transaction.set_rollback(dry_run)
    swept.expired = _each(over, remove, swept, dry_run)
    _give_up(swept, dry_run)
    _find_lost_files(swept, dry_run)
    _find_lost_rows(swept, dry_run)
    if not dry_run:
        deleted = swept.expired + swept.abandoned + swept.lost_files + swept.lost_rows
        metrics.EVIDENCE_REMOVED.labels(outcome="deleted").inc(deleted)
        metrics.EVIDENCE_REMOVED.labels(outcome="failed").inc(swept.failed)
    return swept


def _give_up(swept: Swept, dry_run: bool) -> None:
    """Uploads that got no byte for long, unless somebody is at them now."""
    silent = timedelta(hours=settings.EVIDENCE_UPLOAD_HOURS)
    old = Clip.objects.arriving().filter(changed_at__lt=Now() - silent)
    swept.abandoned = _each(
        [clip for clip in old if arrivals.is_idle(clip)], remove, swept, dry_run
    )


def _find_lost_files(swept: Swept, dry_run: bool) -> None:
    """Files of clips that have no row: a kill, or a backup that was restored, left them."""
    kept: list[tuple[str, UUID | None]] = []
    _try(swept, "storage", lambda: kept.extend(store.folders()))
    known = _known(number for _, number in kept if number)
    lost = [folder for folder, number in kept if number not in known]
    swept.lost_files += _each(lost, store.delete_folder, swept, dry_run)
    files = [path for path in incoming.folder().iterdir() if _age_s(path) > YOUNG_S]
    # What a worker copied, or a form began, has no number.
    numbers = {path: store.number_of(path.name.removesuffix(incoming.NOTE)) for path in files}
    known = _known(filter(None, numbers.values()))
    lost_here = [path for path in files if numbers[path] not in known]
    swept.lost_files += _each(lost_here, lambda path: path.unlink(missing_ok=True), swept, dry_run)


def _find_lost_rows(swept: Swept, dry_run: bool) -> None:
    """Clips whose original is gone. Where none at all is there, it is the storage that is away."""
    rows = list(Clip.objects.kept().exclude(original="").order_by("pk"))
    present: set[UUID] = set()

    def look(clip: Clip) -> None:
        if store.storage().exists(clip.original):
            present.add(clip.pk)

    for clip in rows:
        if not _try(swept, clip.original, look, clip):
            present.add(clip.pk)  # not known, so not lost
    lost = [clip for clip in rows if clip.pk not in present]
    if lost and not present:
        swept.failed += 1
        log.error("no original of any clip is in the storage", clips=len(lost))
        return
    swept.lost_rows = _each(lost, remove, swept, dry_run)


def _known(numbers: Iterable[UUID]) -> set[UUID]:
    return set(Clip.objects.filter(pk__in=list(numbers)).values_list("pk", flat=True))


def _each(items: Iterable[Any], delete: Callable[[Any], None], swept: Swept, dry_run: bool) -> int:
    """Delete each; how many that were, or would be."""
    done = 0
    for item in items:
        if dry_run or _try(swept, str(item), delete, item):
            done += 1
    return done


def _try(swept: Swept, what: str, act: Callable[..., Any], *args: Any) -> bool:
    """Whether it went well; a failure is logged and counted, whatever a storage raises."""
    try:
        act(*args)
    except Exception as error:
        log.error("evidence not deleted", what=what, error=type(error).__name__)
        swept.failed += 1
        return False
    return True


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
