"""How telling followers goes, for operators: in numbers, and as a log without addresses."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from following.models import Delivery, Follower, Way


@dataclass(frozen=True)
class Standing:
    """Of one way: followers who have confirmed, deliveries that wait, and for how many seconds the
    oldest has waited that was not tried yet."""

    followers: int
    waiting: int
    lag_s: float


def standing() -> dict[str, Standing]:
    """By way, in two statements that look at what waits alone, and at the followers."""
    confirmed = Follower.objects.filter(confirmed_at__isnull=False).order_by()
    followers = dict(confirmed.values_list("way").annotate(Count("pk")))
    waiting = {
        way: (count, lag.total_seconds() if lag else 0.0)
        for way, count, lag in Delivery.objects.filter(state=Delivery.State.QUEUED)
        .order_by()
        .values("way")
        .annotate(count=Count("pk"), lag=Now() - Min("created_at", filter=Q(tries=0)))
        .values_list("way", "count", "lag")
    }
    return {way: Standing(followers.get(way, 0), *waiting.get(way, (0, 0.0))) for way in Way.values}
