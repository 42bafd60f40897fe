"""What this node has published: how new and how large it is, for stats and metrics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Min
from django.db.models.functions import Coalesce, Now
from prometheus_client.metrics_core import GaugeMetricFamily

from common.db import rows
from common.errors import NotFound
from common.telemetry import metrics
from sync import delta, progress, publish, schedule, sql
from sync.export import exports
from sync.models import Backup, Mirror, Purge, S3Copy
from sync.snapshot import snapshot


def published() -> dict[str, Any]:
    """The `published` member of stats; ages are whole seconds. Raises on a database that is away.

    What there is not yet is left out.
    """
    oldest, newest, newest_at, now = rows(sql.STANDING)[0]
    found: dict[str, Any] = {
        "log": {
            "oldestRevision": oldest or 0,
            "newestRevision": newest or 0,
            "lagSeconds": _lag_s(now),
            "retentionHours": int(delta.RETENTION.total_seconds() // 3600),
        }
    }
    if newest_at:
        found["log"]["newestAt"] = delta.microseconds(newest_at)
    full = snapshot.published()
    if full:
        found["snapshot"] = {
            "revision": full.manifest["revision"],
            "generatedAt": full.manifest["generatedAt"],
            "ageSeconds": _age_s(now, full.manifest["builtAt"]),
            "counts": full.manifest["counts"],
            "bytes": {
                name: {encoding: entry["bytes"] for encoding, entry in encodings.items()}
                for name, encodings in full.manifest["files"].items()
            },
        }
    try:
        manifest = exports.current()
    except NotFound:
        pass
    else:
        found["export"] = {
            "generatedAt": manifest["generatedAt"],
            "ageSeconds": _age_s(now, manifest["generatedAt"]),
            "bytes": {form: entry["bytes"] for form, entry in manifest["files"].items()},
        }
    mirror = Mirror.objects.filter(pk=1).first()
    if mirror and mirror.synced_at:
        found["mirror"] = {
            "of": mirror.source,
            "cursor": mirror.cursor,
            "ageSeconds": int((now - mirror.synced_at).total_seconds()),
        }
    found["running"] = progress.running()
    return found


def gauges() -> Iterator[GaugeMetricFamily]:
    """The same for Prometheus. Raises on a database that is away."""
    found = published()
    yield metrics.TASK_OVERDUE_SECONDS.by(
        {(name,): seconds for name, seconds in schedule.overdue_s().items()}
    )
    yield metrics.SYNC_LOG_LAG_SECONDS.of(found["log"]["lagSeconds"])
    backup = Backup.objects.filter(pk=1).first()
    yield metrics.BACKUP_TIME.of(backup.completed_at.timestamp() if backup else 0)
    if "snapshot" in found:
        yield metrics.SNAPSHOT_AGE_SECONDS.of(found["snapshot"]["ageSeconds"])
        yield metrics.SNAPSHOT_BYTES.by(
            {
                (name, encoding): size
                for name, encodings in found["snapshot"]["bytes"].items()
                for encoding, size in encodings.items()
            }
        )
    if "export" in found:
        yield metrics.EXPORT_AGE_SECONDS.of(found["export"]["ageSeconds"])
        yield metrics.EXPORT_BYTES.by(
            {(form,): size for form, size in found["export"]["bytes"].items()}
        )
    if "mirror" in found:
        yield metrics.MIRROR_AGE_SECONDS.of(found["mirror"]["ageSeconds"])
    if settings.S3.bucket:
        yield from _s3()
    yield metrics.PROGRESS.by(
        {
            (name,): entry["done"] / entry["total"] if entry["total"] else 0.0
            for name, entry in found["running"].items()
        }
    )


def _s3() -> Iterator[GaugeMetricFamily]:
    found = S3Copy.objects.annotate(
        age=Now() - Coalesce("published_at", "begun_at"), failing=Now() - F("failing_since")
    ).first()
    if found and found.target == settings.S3.target:
        yield metrics.S3_AGE_SECONDS.of(found.age.total_seconds())
        yield metrics.S3_FAILING_SECONDS.of(found.failing.total_seconds() if found.failing else 0)
    oldest = Purge.objects.aggregate(age=Now() - Min("created_at"))["age"]
    yield metrics.PURGE_OLDEST_SECONDS.of(oldest.total_seconds() if oldest else 0)


def _age_s(now: datetime, moment: str) -> int:
    return max(0, int((now - delta.parse_since(moment)).total_seconds()))


def _lag_s(now: datetime) -> float:
    """How long the oldest revision has waited that this node's buckets do not have yet."""
    (oldest,) = rows(sql.UNPUBLISHED_SINCE, {"published": publish.published_revision()})[0]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
