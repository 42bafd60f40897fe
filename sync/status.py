"""What this node has published: how new and how large it is, for stats and metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db import Error

from realtube.common import metrics
from realtube.common.db import rows
from realtube.common.errors import NotFound
from sync import delta, exports, progress, publish, snapshot, sql
from sync.models import Backup, Mirror

log = structlog.get_logger()


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


def observe() -> None:
    """Set the gauges; those of a database that is away stay as they were."""
    try:
        found = published()
        backup = Backup.objects.filter(pk=1).first()
    except Error:
        log.warning("published state not known", reason="database away")
        return
    metrics.BACKUP_TIME.set(backup.completed_at.timestamp() if backup else 0)
    metrics.SYNC_LOG_LAG_SECONDS.set(found["log"]["lagSeconds"])
    if "snapshot" in found:
        metrics.SNAPSHOT_AGE_SECONDS.set(found["snapshot"]["ageSeconds"])
        for name, encodings in found["snapshot"]["bytes"].items():
            for encoding, size in encodings.items():
                metrics.SNAPSHOT_BYTES.labels(file=name, encoding=encoding).set(size)
    if "export" in found:
        metrics.EXPORT_AGE_SECONDS.set(found["export"]["ageSeconds"])
        for form, size in found["export"]["bytes"].items():
            metrics.EXPORT_BYTES.labels(format=form).set(size)
    if "mirror" in found:
        metrics.MIRROR_AGE_SECONDS.set(found["mirror"]["ageSeconds"])
    metrics.PROGRESS.clear()
    for name, entry in found["running"].items():
        share = entry["done"] / entry["total"] if entry["total"] else 0.0
        metrics.PROGRESS.labels(job=name).set(share)


def _age_s(now: datetime, moment: str) -> int:
    return max(0, int((now - delta.parse_since(moment)).total_seconds()))


def _lag_s(now: datetime) -> float:
    """How long the oldest revision has waited that this node's buckets do not have yet."""
    (oldest,) = rows(sql.UNPUBLISHED_SINCE, {"published": publish.published_revision()})[0]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
