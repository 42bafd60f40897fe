"""What the desk's front page shows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.safestring import mark_safe

from channels.creators import questions
from channels.models import ListSource, Subscription
from common.db import execute, rows
from desk import plots, sql
from desk.juries import overview
from desk.models import Activity
from post import outbox
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


def context(moderator: str) -> dict[str, Any]:
    """Everything on the page of `moderator`; a worker has counted what takes long."""
    open_cases = rows(sql.OPEN_CASES, {"moderator": moderator})
    asks = any(kind == Case.Kind.APPEAL for kind, *_ in open_cases)
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
            for kind, open_, claimed, old, oldest, _ in open_cases
        ],
        "mine": sum(row[-1] for row in open_cases),
        "juries": overview.context(moderator),
        "plots": _plots(),
        "queue": {"depth": depth, "waits_s": round(float(waits_s), 1)},
        "publishing": status.published(),
        "brakes": [
            (name.replace("_", " "), value, value != released[name])
            for name, value in standing.items()
        ],
        "braked": any(standing[name] != released[name] for name in brakes.HOLDING),
        "mails": _mails(),
        "questions": questions.unanswered() if asks else [],
        "unanswered": list(ListSource.objects.unanswered()),
        "subscriptions": _subscriptions(),
        "disputed": [
            dict(zip(("video_id", "score", "for_ai", "against", "at"), row, strict=True))
            for row in rows(videos_sql.MOST_DISPUTED, DISPUTED)
        ],
        "decisions": Decision.objects.order_by("-id")[:LATEST],
        "status_changes": StatusChange.objects.order_by("-id")[:LATEST],
    }


def _mails() -> dict[str, Any] | None:
    """How mails go; None where the site sends none."""
    if not outbox.is_on():
        return None
    standing = outbox.standing()
    oldest = timezone.now() - timedelta(seconds=standing.oldest_s) if standing.waiting else None
    return {**asdict(standing), "oldest": oldest}


def _subscriptions() -> QuerySet[Subscription]:
    """Each with the `use` of what it says."""
    use = ListSource.objects.filter(name=OuterRef("source")).values("use")
    return Subscription.objects.annotate(use=Subquery(use)).order_by("source")


def count_activity() -> None:
    """Bring `Activity` up to date: what is not counted yet of the last day; older hours go."""
    first = _first_hour()
    Activity.objects.filter(hour__lt=first).delete()
    # An hour is only complete when a later one has been counted.
    since = Activity.objects.aggregate(latest=Max("hour"))["latest"] or first
    execute(sql.COUNT_ACTIVITY, {"since": since})


def _first_hour() -> datetime:
    hour = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour - timedelta(hours=HOURS - 1)


def _plots() -> list[tuple[str, int, str]]:
    first = _first_hour()
    counted = Activity.objects.in_bulk([first + timedelta(hours=n) for n in range(HOURS)])
    if not counted:
        return []
    found: list[tuple[str, int, str]] = []
    for series in SERIES:
        values = [getattr(counted.get(first + timedelta(hours=n)), series, 0) for n in range(HOURS)]
        drawn = plots.bars(values, label=f"{series.capitalize()} per hour", unit=series)
        found.append((series, sum(values), mark_safe(drawn)))  # noqa: S308 - numbers only
    return found
