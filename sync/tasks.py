"""The schedule of the service: each task is one function, safe to run twice, late or at once."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import shared_task
from celery.signals import task_failure, task_success
from django.conf import settings

from realtube.common import metrics
from sync import delta, heartbeat, mirror, pipeline, snapshot, stats
from sync import publish as publishing

# A backlog is worked off in runs of this length; beat starts the next one.
RUN_S = 10.0
log = structlog.get_logger()


@shared_task
def advance() -> int:
    """Take what is dirty to a new revision and publish it; the number of marks taken."""
    return run_pipeline()


@shared_task
def refresh_stats() -> None:
    """Count what `/api/stats` tells."""
    stats.refresh()


@shared_task
def scrub_buckets() -> int:
    """Mend one 256th of the bucket files; another one every minute."""
    return publishing.scrub(int(time.time() // 60) % 256)


@shared_task
def refresh_snapshot() -> None:
    """Build the full copy if it is time."""
    snapshot.refresh()


@shared_task
def delete_old_changes() -> int:
    """Drop the change log past its retention."""
    return delta.delete_old()


@shared_task
def follow_source() -> int:
    """On a mirror: take over what the source has new; the number of objects changed."""
    try:
        return mirror.step(settings.MIRROR_OF).changed
    except mirror.NotNow as error:
        log.warning("mirror's source is away", reason=str(error), again_in_s=error.retry_after_s)
        return 0


def run_pipeline() -> int:
    """Advance until nothing waits or `RUN_S` seconds have gone, publishing each revision."""
    until = time.monotonic() + RUN_S
    taken = 0
    while True:
        done = pipeline.advance()
        taken += done.popped
        publishing.publish()
        heartbeat.beat()
        if done.idle or time.monotonic() > until:
            return taken


@task_success.connect
def count_success(sender: Any = None, **kwargs: Any) -> None:
    """Count tasks that ended well."""
    metrics.TASKS.labels(task=sender.name, outcome="success").inc()


@task_failure.connect
def count_failure(sender: Any = None, **kwargs: Any) -> None:
    """Count tasks that failed."""
    metrics.TASKS.labels(task=sender.name, outcome="failure").inc()
