"""`/metrics` of the web service (docs/metrics.md): its own numbers, and the state of the whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from datetime import datetime, timedelta

import prometheus_client
import structlog
from django.conf import settings
from django.core.signals import request_finished
from django.db import Error, connection
from django.db.models import Count, Min, Sum
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest, HttpResponse
from prometheus_client.metrics_core import GaugeMetricFamily

from channels.juries.sql import LOOKED_AT
from channels.models import Subscription
from channels.samples import facts as samples
from common import addresses, errors
from common.http import client_of, error_response
from common.telemetry import exposition, metrics
from common.version import VERSION
from evidence.models import Clip
from evidence.models import State as ClipState
from following.standing import standing
from post import outbox
from realtube.health import assess
from sync import status
from videos.models import Video
from votes import brakes
from votes.juries import panels, wear
from votes.models import Brake, Case, JurorPair

TIMEOUT_S = 2.0
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="scrape")
log = structlog.get_logger()


def metrics_view(request: HttpRequest) -> HttpResponse:
    """Prometheus text for the networks that may read it; for others it does not exist."""
    address = addresses.parse(client_of(request))
    if address is None or not addresses.within(address, settings.METRICS_NETWORKS):
        return error_response(errors.NotFound())
    response = HttpResponse(
        exposition.text(State()), content_type=prometheus_client.CONTENT_TYPE_LATEST
    )
    response["Cache-Control"] = "no-store"
    return response


class State:
    """What the parts say at this moment. A part that is away is missing, not remembered."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All that is known within `TIMEOUT_S` seconds."""
        yield metrics.BUILD.by({(VERSION,): 1})
        yield from _readiness()
        with suppress(OSError):
            usage = shutil.disk_usage(settings.PUBLISH_ROOT)
            yield metrics.PUBLISH_FREE_BYTES.of(usage.free)
            yield metrics.PUBLISH_SIZE_BYTES.of(usage.total)
        if settings.EVIDENCE:
            with suppress(OSError):
                usage = shutil.disk_usage(settings.EVIDENCE_ROOT)
                yield metrics.EVIDENCE_FREE_BYTES.of(usage.free)
                yield metrics.EVIDENCE_SIZE_BYTES.of(usage.total)
        try:
            # The database may be frozen, and its own time-outs are longer than a scrape's.
            yield from _pool.submit(_stored).result(timeout=TIMEOUT_S)
        except (Error, FutureTimeout) as error:
            log.warning("state not known", reason=type(error).__name__)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing in advance; otherwise the registry would collect to find out."""
        return []


def _readiness() -> Iterator[GaugeMetricFamily]:
    checks = assess()[0]["checks"]
    yield metrics.CHECK_UP.by({(name,): check["status"] == "up" for name, check in checks.items()})
    if checks["database"]["status"] == "up":
        yield metrics.DATABASE_READ_ONLY.of("mode" in checks["database"])
    worker = checks["worker"]
    if "queue_depth" in worker:
        yield metrics.QUEUE_DEPTH.of(worker["queue_depth"])
        yield metrics.SCORE_LAG_SECONDS.of(worker["oldest_dirty_seconds"])
    if "last_run" in worker:
        yield metrics.PIPELINE_LAST_RUN.of(datetime.fromisoformat(worker["last_run"]).timestamp())


def _stored() -> list[GaugeMetricFamily]:
    try:
        found = [
            *status.gauges(),
            *_cases(),
            *_mails(),
            *_followers(),
            _brakes(),
            *_lists(),
            *_juries(),
            *_samples(),
        ]
        return [*found, *_clips()] if settings.EVIDENCE else found
    finally:
        connection.close()


def _cases() -> Iterator[GaugeMetricFamily]:
    waiting = {
        kind: (count, age.total_seconds())
        for kind, count, age in Case.objects.exclude(state=Case.State.CLOSED)
        .values("kind")
        .annotate(count=Count("id"), age=Now() - Min("opened_at"))
        .values_list("kind", "count", "age")
    }
    kinds = {kind: waiting.get(kind, (0, 0.0)) for kind in Case.Kind.values}
    yield metrics.QUEUE_OPEN.by({(kind,): count for kind, (count, _) in kinds.items()})
    yield metrics.QUEUE_OLDEST_SECONDS.by({(kind,): age for kind, (_, age) in kinds.items()})


def _mails() -> Iterator[GaugeMetricFamily]:
    found = outbox.standing()
    yield metrics.MAIL_WAITING.of(found.waiting)
    yield metrics.MAIL_OLDEST_SECONDS.of(found.oldest_s)


def _followers() -> Iterator[GaugeMetricFamily]:
    found = standing()
    yield metrics.FOLLOWERS.by({(way,): it.followers for way, it in found.items()})
    yield metrics.DELIVERIES_WAITING.by({(way,): it.waiting for way, it in found.items()})
    yield metrics.DELIVERY_LAG_SECONDS.by({(way,): it.lag_s for way, it in found.items()})


def _lists() -> Iterator[GaugeMetricFamily]:
    """Of lists by URL that nobody has paused."""
    found = [
        (source, state, age.total_seconds())
        for source, state, age in Subscription.objects.filter(paused=False)
        .annotate(age=Now() - Coalesce("fetched_at", "created_at"))
        .values_list("source", "state", "age")
    ]
    yield metrics.LIST_AGE_SECONDS.by({(source,): age for source, _, age in found})
    yield metrics.LIST_FAILING.by(
        {(source,): state in Subscription.TROUBLED for source, state, _ in found}
    )


def _juries() -> Iterator[GaugeMetricFamily]:
    counts = panels.counts()
    yield metrics.JURY_PANELS_OPEN.of(counts.open)
    yield metrics.JURY_ROOTED.of(counts.rooted)
    if counts.response is not None:
        yield metrics.JURY_RESPONSE.of(counts.response)
    suspects = Video.objects.filter(suspected__isnull=False, hidden=False)
    yield metrics.JURY_SUSPECTS.of(suspects[:LOOKED_AT].count())
    yield metrics.JURY_PAIRS.of(JurorPair.objects.count())
    left = wear.left()
    if left is not None:
        yield metrics.JURY_GOLD_LEFT.of(left.least)


def _samples() -> Iterator[GaugeMetricFamily]:
    left, age_s = samples.left()
    yield metrics.SAMPLE_LEFT.of(left)
    yield metrics.SAMPLE_AGE_SECONDS.of(age_s or 0)
    found = list(samples.latest_rates())
    yield metrics.ERROR_RATE.by({(side,): rate for side, rate, _ in found})
    yield metrics.ERROR_RATE_LOW.by({(side,): low for side, _, low in found})


def _clips() -> Iterator[GaugeMetricFamily]:
    clips = Clip.objects.kept()
    states = dict(clips.values_list("state").annotate(count=Count("pk")))
    waiting = (ClipState.RECEIVING, ClipState.RECEIVED, ClipState.CHECKING, ClipState.PROCESSING)
    yield metrics.EVIDENCE_WAITING.by({(it.value,): states.get(it, 0) for it in waiting})
    due = clips.filter(state=ClipState.RECEIVED, due_at__lte=Now())
    oldest = due.aggregate(age=Now() - Min("due_at"))["age"]
    yield metrics.EVIDENCE_OLDEST_SECONDS.of(oldest.total_seconds() if oldest else 0)
    yield metrics.EVIDENCE_BYTES.of(clips.aggregate(bytes=Sum("size"))["bytes"] or 0)
    overdue = clips.filter(expires_at__lt=Now() - timedelta(days=1))
    yield metrics.EVIDENCE_EXPIRED_KEPT.of(overdue.count())


def _brakes() -> GaugeMetricFamily:
    brake, off = Brake.objects.first() or Brake(), Brake()
    return metrics.BRAKE_SET.by(
        {(name,): getattr(brake, name) != getattr(off, name) for name in brakes.HOLDING}
    )


def _count_connections(**kwargs: object) -> None:
    """Set the gauges of this process's pool of connections; called after each request."""
    pool = connection.pool  # type: ignore[attr-defined] # of PostgreSQL's connections
    if pool and not pool.closed:  # it is closed until a request needs the database
        stats = pool.get_stats()
        idle = stats.get("pool_available", 0)
        metrics.POOL_IDLE.set(idle)
        metrics.POOL_ACTIVE.set(stats.get("pool_size", 0) - idle)


request_finished.connect(_count_connections)
