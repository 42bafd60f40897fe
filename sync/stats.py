"""The numbers of `GET /api/stats`, counted by a task, read from a file (docs/contract.md#r44)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import connection

from channels.samples import facts as samples
from sync import status
from sync.delta import microseconds
from sync.folders import write_atomically

_COUNTS = """
SELECT (SELECT count(*) FROM videos_video WHERE NOT hidden AND NOT shadow_hidden),
  (SELECT count(*) FROM channels_channel),
  (SELECT count(*) FROM votes_vote WHERE retracted_at IS NULL),
  (SELECT count(*) FROM votes_voter),
  (SELECT count(*) FROM votes_voter WHERE last_active > now() - interval '24 hours'),
  (SELECT coalesce(jsonb_object_agg(category, votes), '{}') FROM (
     SELECT category, sum(vote_count) AS votes FROM videos_videocategory GROUP BY 1) AS c),
  now()
"""


def path() -> Path:
    """The published file."""
    return settings.PUBLISH_ROOT / "stats.json"


def refresh() -> dict[str, Any]:
    """Count, publish, and return the numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        videos, channels, votes, users, active, categories, now = cursor.fetchone()
    if isinstance(categories, str):
        categories = orjson.loads(categories)
    numbers = {
        "totalVideos": videos,
        "totalChannels": channels,
        "totalVotes": votes,
        "totalUsers": users,
        "activeUsers24h": active,
        "topCategories": categories,
        "generatedAt": microseconds(now),
        "published": status.published(),
    }
    if rates := samples.published():
        numbers["errorRates"] = rates
    write_atomically(path(), orjson.dumps(numbers))
    return numbers


def current() -> bytes:
    """The published numbers, counted now if the job has not run yet."""
    try:
        return path().read_bytes() or orjson.dumps(refresh())
    except OSError:
        return orjson.dumps(refresh())
