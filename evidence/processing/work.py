"""Clips that are due, one after the other: taken, processed, tried again or given up."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error
from django.db.models import Q
from django.db.models.functions import Now

from common.telemetry import metrics, reports
from evidence import states
from evidence.media.reasons import Unusable
from evidence.models import DETAIL_MAX, Clip, Failure, Kind, State
from evidence.processing import steps
from evidence.processing.hold import LEASE_S, Hold, Lost

MOST_ATTEMPTS = 6
FIRST_PAUSE_S = 30
LONGEST_PAUSE_S = 3600
AT_WORK = (State.CHECKING, State.PROCESSING)
_LEASE = timedelta(seconds=LEASE_S)
log = structlog.get_logger()


def run(*, most_s: float) -> int:
    """Process clips that are due until none is, or `most_s` seconds have passed; how many."""
    _sweep()
    deadline = time.monotonic() + most_s
    count = 0
    while time.monotonic() < deadline or not count:
        if (clip := _next()) is None:
            break
        attempt = states.take(clip, lease=_LEASE)
        if attempt is not None:
            process(clip, attempt)
            count += 1
    return count


def process(pk: UUID, attempt: int) -> None:
    """Do all steps of a clip that was taken; whatever goes wrong is written down with it."""
    clip = Clip.objects.get(pk=pk)
    hold = Hold(pk, attempt)
    started = time.perf_counter()
    outcome = "lost"
    try:
        if attempt > MOST_ATTEMPTS:  # it has killed every worker that took it
            outcome = _give_up(hold, Failure.INTERNAL, f"given up after {MOST_ATTEMPTS} attempts")
        else:
            with _folder(hold) as folder:
                steps.run(steps.Job(clip, hold, folder))
            outcome = State.READY
            metrics.EVIDENCE_SECONDS.inc(clip.duration_s or 0)
    except Lost:
        log.warning("clip lost to another worker", clip=str(pk), attempt=attempt)
    except Unusable as fault:
        outcome = _give_up(hold, Failure(fault.reason.value), fault.detail)
    except Error:  # the database is away: the lease runs out, and another takes the clip
        raise
    except Exception as error:
        outcome = _again_later(hold, error)
    finally:
        seconds = time.perf_counter() - started
        metrics.EVIDENCE_CLIPS.labels(outcome=outcome).inc()
        if clip.kind == Kind.FILM:  # pictures have no length to compare it with
            metrics.EVIDENCE_PROCESSING_SECONDS.observe(seconds)
    log.info("clip", clip=str(pk), attempt=attempt, outcome=outcome, seconds=round(seconds, 2))


def again(clips: list[UUID], forgotten: dict[str, Any]) -> int:
    """Have clips that are ready or failed processed again, without what is to be `forgotten`."""
    count = 0
    for clip in clips:
        for before in (State.READY, State.FAILED):
            count += states.move(
                clip,
                before,
                State.RECEIVED,
                failure="",
                failure_detail="",
                attempts=0,
                progress=0,
                due_at=Now(),
                **forgotten,
            )
    return count


def _next() -> UUID | None:
    """The clip that has been due for longest."""
    waiting = Q(state=State.RECEIVED, due_at__lte=Now())
    lost = Q(state__in=AT_WORK, taken_until__lt=Now())
    found = Clip.objects.filter(waiting | lost).order_by("due_at", "pk")
    return found.values_list("pk", flat=True).first()


def _give_up(hold: Hold, failure: Failure, detail: str) -> str:
    for before in AT_WORK:
        if states.move(
            hold.clip,
            before,
            State.FAILED,
            attempt=hold.attempt,
            failure=failure,
            failure_detail=detail[:DETAIL_MAX],
            taken_until=None,
        ):
            return failure
    return "lost"


def _again_later(hold: Hold, error: Exception) -> str:
    """Try again after a pause that doubles; after the last attempt it has failed."""
    log.warning("clip failed", clip=str(hold.clip), attempt=hold.attempt, exc_info=error)
    reports.failure(error)
    if hold.attempt >= MOST_ATTEMPTS:
        gone = isinstance(error, FileNotFoundError) or getattr(error, "errno", 0) == errno.ENOSPC
        failure = Failure.STORAGE if gone else Failure.INTERNAL
        return _give_up(hold, failure, type(error).__name__)
    pause_s = min(FIRST_PAUSE_S * 2 ** (hold.attempt - 1), LONGEST_PAUSE_S)
    for before in AT_WORK:
        if states.move(
            hold.clip,
            before,
            State.RECEIVED,
            attempt=hold.attempt,
            due_at=Now() + timedelta(seconds=pause_s),
            taken_until=None,
        ):
            return "again"
    return "lost"


def _root() -> Path:
    root = Path(settings.EVIDENCE_ROOT) / "work"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


@contextmanager
def _folder(hold: Hold) -> Iterator[Path]:
    """An empty folder for one attempt, which goes with all that is in it."""
    folder = _root() / f"{hold.clip.hex}-{hold.attempt}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders of workers that were killed."""
    # Listed first: a folder made meanwhile belongs to a clip that is not in the answer.
    there = list(_root().iterdir())
    held = Clip.objects.filter(state__in=AT_WORK, taken_until__gte=Now())
    alive = {f"{pk.hex}-{attempt}" for pk, attempt in held.values_list("pk", "attempts")}
    for folder in there:
        if folder.name not in alive:
            shutil.rmtree(folder, ignore_errors=True)
