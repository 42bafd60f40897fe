"""Who says so: the votes on a video, laid out for a moderator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from common.db import rows
from desk import plots, sql
from desk.casework import glance
from desk.models import VotersOf
from videos import explain
from videos.models import Video

LARGE = 5_000
"""The most votes that a page itself reads; those of a larger video are laid out by a worker."""
FRESH = timedelta(minutes=5)
KEPT = timedelta(hours=1)


def context(video_id: str, stored: Video | None) -> dict[str, Any] | None:
    """What `desk/_voters.html` shows; None if nobody spoke of the video, whose row is `stored`."""
    found = explain.explain(video_id, stored)
    if found is None:
        return None
    return {
        **explain.context(found),
        "voices_needed": found.live.voices_needed,
        "plot": _plot(found),
        "networks": _groups(vote.network for vote in found.votes),
        "clusters": _groups(vote.cluster for vote in found.votes),
    }


@dataclass(frozen=True)
class LaidOut:
    """The votes on a large video as `html` of `made_at`, if a worker has made any; `is_waiting` if
    one is to make it (anew). `claims` is what most voices called its channel when that was asked.
    """

    made_at: datetime | None
    html: str
    is_waiting: bool
    claims: list[str]


def laid_out(video_id: str) -> LaidOut:
    """What a worker made of the votes on a large video; asked for again if that is not fresh."""
    ((made_at, shown, waits, claims),) = rows(sql.LAID_OUT, {"video": video_id, "fresh": FRESH})
    return LaidOut(made_at, shown, waits, json.loads(claims) if claims else [])


def lay_out() -> int:
    """Lay out what pages have asked for, and forget what was asked for long ago; how many."""
    VotersOf.objects.filter(asked_at__lt=Now() - KEPT).delete()
    made = 0
    while _lay_out_next():
        made += 1
    return made


@transaction.atomic
def _lay_out_next() -> bool:
    waiting = VotersOf.objects.filter(Q(made_at=None) | Q(made_at__lt=F("asked_at")))
    asked = waiting.select_for_update(skip_locked=True).order_by("asked_at").first()
    if asked is None:
        return False
    video = Video.objects.filter(pk=asked.pk).first()
    signs = {"signs": glance.signs(asked.pk), "target_id": asked.pk}
    shown = render_to_string("desk/_signs.html", signs) + render_to_string(
        "desk/_voters.html", context(asked.pk, video) or {}
    )
    VotersOf.objects.filter(pk=asked.pk).update(html=shown, made_at=Now())
    return True


def _plot(found: explain.Explanation) -> SafeString:
    now = timezone.now()
    dots = [
        plots.Dot(
            age_days=(now - vote.voter_since).total_seconds() / 86400,
            trust=float(vote.trust),
            side="human" if vote.category == "not_ai" else "ai",
            counts=vote.standing == explain.Standing.COUNTS,
        )
        for vote in found.votes
        if vote.voter_since
    ]
    return mark_safe(plots.scatter(dots))  # noqa: S308 - numbers only


def _groups(names: Iterable[str | None]) -> list[tuple[str, int]]:
    """Those that several votes share, the largest first."""
    counted = Counter(name for name in names if name)
    return [(name, count) for name, count in counted.most_common(10) if count > 1]
