"""The schedule of the service: each task is one function, safe to run twice, late or at once."""

from __future__ import annotations

import time

import structlog
from celery import shared_task
from django.conf import settings

from channels import bursts as channel_bursts
from channels.juries import run as juries
from channels.subscriptions import service as subscriptions
from sync import delta, heartbeat, pipeline, schedule, stats
from sync import publish as publishing
from sync.export import exports, releases
from sync.mirror import mirror
from sync.s3 import purges
from sync.s3 import run as s3
from sync.snapshot import snapshot
from videos import nightly as trust
from votes import holds
from votes.juries import wear

# A backlog is worked off in runs of this length; beat starts the next one.
RUN_S = 10.0
# A run of a hundred marks takes twice as long as one of ten: channels and buckets are shared.
GATHER_S = 0.5
EXPORT_LIMIT_S = 3 * 3600
# The first batch to S3 is everything.
S3_LIMIT_S = 3000
# The same of the nightly recomputation of trust; less than the time limit of a task.
TRUST_RUN_S = 300.0
log = structlog.get_logger()


@shared_task
def tick() -> list[str]:
    """Send the tasks that are due; their names."""
    return schedule.send_due()


@shared_task
def advance() -> int:
    """Take what is dirty to a new revision and publish it; the number of marks taken."""
    return run_pipeline(gather_s=GATHER_S)


@shared_task
def refresh_stats() -> None:
    """Count what `/api/stats` shows."""
    stats.refresh()


@shared_task
def scrub_buckets() -> int:
    """Mend one 256th of the bucket files; another one every minute."""
    return publishing.scrub(int(time.time() // 60) % 256)


@shared_task
def refresh_snapshot() -> None:
    """Build the full copy if it is time."""
    snapshot.refresh()


@shared_task(time_limit=EXPORT_LIMIT_S)
def refresh_export() -> None:
    """Make the public export if the last one is a day old."""
    exports.refresh()


@shared_task(time_limit=S3_LIMIT_S)
def publish_to_s3() -> int:
    """Bring the copy in S3 up, and have a CDN forget what changed; the objects written."""
    done = s3.publish()
    purges.send_due()
    return done.changed if done else 0


@shared_task(time_limit=EXPORT_LIMIT_S)
def release_data() -> None:
    """Make this month's release if there is none yet."""
    releases.release()


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


@shared_task
def fetch_lists() -> int:
    """Fetch the lists by URL that are due; how many. A mirror has its source's."""
    return 0 if settings.MIRROR_OF else subscriptions.fetch_due()


@shared_task
def watch_bursts() -> int:
    """Hold channels upon which newcomers burst, and end what has cooled; how many changed."""
    return channel_bursts.detect() + holds.cool()


@shared_task
def run_juries() -> int:
    """Count what jurors said and ask the next; how many questions. A mirror has no jurors."""
    if settings.MIRROR_OF:
        return 0
    asked = juries.run().asked
    wear.count()
    return asked


@shared_task
def recompute_trust() -> bool:
    """Do the night's recomputation of trust, or go on with it; whether it is done."""
    return trust.tick(seconds=TRUST_RUN_S, between=run_pipeline)


def run_pipeline(*, gather_s: float = 0.0) -> int:
    """Advance until nothing waits or `RUN_S` seconds have gone, and publish; the marks taken.

    Between runs marks may gather for `gather_s` seconds, unless there are enough for a full one.
    """
    until = time.monotonic() + RUN_S
    taken = 0
    while True:
        done = pipeline.advance()
        taken += done.popped
        backlog = done.popped >= pipeline.BATCH and time.monotonic() <= until
        # While a backlog lasts, the node's publisher writes files beside us.
        if not backlog:
            publishing.publish()
        heartbeat.beat()
        if done.idle or time.monotonic() > until:
            return taken
        if not backlog:
            time.sleep(gather_s)
