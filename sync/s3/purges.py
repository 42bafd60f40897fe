"""Telling a CDN which paths changed in S3: signed, and tried again until it has heard.

`POST REALTUBE_PURGE_URL` in the form of Standard Webhooks (www.standardwebhooks.com), with the
`type` `published.changed` and as `data` the `revision` and at most 1,000 `paths`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import structlog
from django.conf import settings
from django.db.models.functions import Now
from standardwebhooks.webhooks import Webhook

from common.telemetry import metrics
from common.version import VERSION
from post.claims import claim
from sync.models import Purge

RUN_S = 30.0
TIMEOUT_S = 15.0
# By then a CDN has asked again by itself (`sync.s3.places`).
KEPT = timedelta(hours=2)
log = structlog.get_logger()


def send_due(*, seconds: float = RUN_S) -> int:
    """Send what is due, the oldest first; how many calls were answered with a 2xx."""
    forgotten, _ = Purge.objects.filter(created_at__lt=Now() - KEPT).delete()
    metrics.PURGES.labels(outcome="given_up").inc(forgotten)
    until, sent = time.monotonic() + seconds, 0
    while time.monotonic() < until and (purge := claim(Purge)):
        if not _send(purge):
            # The others would fail, too.
            break
        purge.delete()
        sent += 1
    return sent


def _send(purge: Purge) -> bool:
    now, name = datetime.now(UTC), f"purge_{purge.pk}"
    body = orjson.dumps(
        {
            "type": "published.changed",
            "timestamp": now.isoformat(),
            "data": {"revision": purge.revision, "paths": purge.paths},
        }
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"RealTube-purges/{VERSION}",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(settings.S3.purge_key).sign(name, now, body.decode()),
    }
    try:
        answer = httpx.post(settings.S3.purge_url, content=body, headers=headers, timeout=TIMEOUT_S)
        reason = "" if answer.is_success else f"status {answer.status_code}"
    except httpx.HTTPError as error:
        reason = type(error).__name__
    metrics.PURGES.labels(outcome="failed" if reason else "sent").inc()
    if reason:
        log.warning("purge not sent", purge=purge.pk, tries=purge.tries, reason=reason)
    return not reason
