"""What the desk's front page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.safestring import mark_safe

from realtube.common import cache
from realtube.common.db import rows
from realtube.desk import plots, sql
from sync import status
from sync.models import StatusChange
from videos import sql as videos_sql
from votes import brakes
from votes import sql as votes_sql
from votes.models import Brake, Case, Decision

HOURS = 24
LATEST = 10
DISPUTED = {"days": 7, "of_latest": 2000, "limit": 10}
"""The window of the most disputed videos, how many of the latest are compared, how many shown."""
SERIES = ("votes", "flags", "disputes")


def context() -> dict[str, Any]:
    """Everything on the page; none of it counts more than a day of votes, and that once an hour."""
    depth, waits_s = rows(votes_sql.QUEUE)[0]
    released = brakes.as_dict(Brake())
    standing = brakes.as_dict(Brake.objects.first() or Brake())
    return {
        "open_cases": [
            {
                "kind": Case.Kind(kind).label,
                "value": kind,
                "open": open_,
                "claimed": claimed,
                "old": old,
                "oldest": oldest,
            }
            for kind, open_, claimed, old, oldest in rows(sql.OPEN_CASES)
        ],
        "plots": _plots(timezone.now()),
        "queue": {"depth": depth, "waits_s": round(float(waits_s), 1)},
        "publishing": status.published(),
        "brakes": [
            (name.replace("_", " "), value, value != released[name])
            for name, value in standing.items()
        ],
        "braked": standing != released,
        "disputed": [
            dict(zip(("video_id", "score", "for_ai", "against", "at"), row, strict=True))
            for row in rows(videos_sql.MOST_DISPUTED, DISPUTED)
        ],
        "decisions": Decision.objects.order_by("-id")[:LATEST],
        "status_changes": StatusChange.objects.order_by("-id")[:LATEST],
    }


def _plots(now: datetime) -> list[tuple[str, int, str]]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    past = cache.read_through(
        f"desk:activity:{hour:%Y%m%d%H}",
        ttl_s=3700,
        load=lambda: _activity(hour - timedelta(hours=HOURS - 1), hour),
    )
    current = cache.read_through(
        f"desk:activity:{hour:%Y%m%d%H}:now",
        ttl_s=30,
        load=lambda: _activity(hour, hour + timedelta(hours=1)),
    )
    found: list[tuple[str, int, str]] = []
    for series in SERIES:
        values = [
            *_hourly(past or {}, series, hour - timedelta(hours=HOURS - 1), HOURS - 1),
            *_hourly(current or {}, series, hour, 1),
        ]
        drawn = plots.bars(values, label=f"{series.capitalize()} per hour", unit=series)
        found.append((series, sum(values), mark_safe(drawn)))  # noqa: S308 - numbers only
    return found


def _activity(since: datetime, until: datetime) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {series: {} for series in SERIES}
    for series, hour, count in rows(sql.ACTIVITY, {"since": since, "until": until}):
        counted[series][hour.isoformat()] = count
    return counted


def _hourly(
    counted: Mapping[str, Mapping[str, int]], series: str, first: datetime, hours: int
) -> list[int]:
    wanted = [(first + timedelta(hours=n)).isoformat() for n in range(hours)]
    return [counted.get(series, {}).get(hour, 0) for hour in wanted]
