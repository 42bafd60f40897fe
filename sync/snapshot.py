"""The full copy (CONTRACT 6.11, D46): built in the background, replaced as a whole."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction

from channels.models import Channel
from channels.present import channel_object
from sync.delta import microseconds
from sync.models import Revision, Snapshot
from sync.publish import write_atomically
from videos.models import Video
from videos.present import categories_of, video_object

CAP = 50_000
MAX_AGE = timedelta(minutes=15)
FORMAT = "json"


def path() -> Path:
    """The published file."""
    return settings.PUBLISH_ROOT / "full.json"


def refresh() -> Snapshot | None:
    """Build the snapshot if it is missing, or outdated and 15 minutes old; None if not."""
    newest = Snapshot.objects.filter(format=FORMAT).order_by("-id").first()
    latest = Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0
    if newest and path().exists():
        with connection.cursor() as cursor:
            cursor.execute("SELECT now() - %s", [newest.created_at])
            age = cursor.fetchone()[0]
        if newest.revision == latest or age < MAX_AGE:
            return None
    return build()


def build() -> Snapshot:
    """Write the snapshot of the newest revision: the highest scores first, 50,000 each."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        latest = Revision.objects.order_by("-number").first()
        videos = Video.objects.published().filter(score__gte=1).order_by("-score", "video_id")
        channels = Channel.objects.filter(score__gte=1).order_by("-score", "id")
        totals = {"videos": videos.count(), "channels": channels.count()}
        chosen = list(videos[:CAP])
        categories = categories_of(video.video_id for video in chosen)
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            now = cursor.fetchone()[0]
        body: dict[str, Any] = {
            "videos": [video_object(v, categories.get(v.video_id, {})) for v in chosen],
            "channels": [channel_object(channel) for channel in channels[:CAP]],
            "generatedAt": microseconds(latest.created_at if latest else now),
            "total": totals,
            "truncated": max(totals.values()) > CAP,
        }
    content = orjson.dumps(body)
    write_atomically(path(), content)
    return Snapshot.objects.create(
        revision=latest.number if latest else 0,
        format=FORMAT,
        checksum=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        path=str(path().name),
    )
