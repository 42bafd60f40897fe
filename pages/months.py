"""Counts what a month brought, and closes months that are over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from channels.models import Listing
from common.db import rows
from pages.models import Month
from sync.history import FLAGGED, UNFLAGGED
from votes.erasures import BACKUPS_KEPT
from votes.moderation.actions import GRANTING, REJECTING

LATE = timedelta(hours=1)
"""A month is closed so long after its end: what began before it has been stored by then."""

# Votes as they stand when it is counted: withdrawn ones still are rows, erased ones are gone.
_VOTES = """
SELECT count(*), count(*) FILTER (WHERE category = 'not_ai') FROM votes_vote
WHERE cast_at >= %(since)s AND cast_at < %(until)s
"""
_TURNED = """
SELECT kind, CASE WHEN cause = 'appeal' THEN 'moderator' ELSE cause END,
  count(*) FILTER (WHERE after = ANY(%(flagged)s) AND before = ANY(%(unflagged)s)),
  count(*) FILTER (WHERE before = ANY(%(flagged)s) AND after = ANY(%(unflagged)s))
FROM sync_statuschange WHERE at >= %(since)s AND at < %(until)s GROUP BY 1, 2 ORDER BY 1, 2
"""
_COUNTS = """
SELECT (SELECT count(*) FROM channels_measurement WHERE since >= %(since)s AND since < %(until)s),
  (SELECT count(DISTINCT coalesce(channel_id, handle)) FROM channels_listing
   WHERE level = ANY(%(levels)s) AND first_seen >= %(since)s AND first_seen < %(until)s),
  (SELECT count(*) FROM votes_appeal WHERE created_at >= %(since)s AND created_at < %(until)s),
  (SELECT count(*) FROM votes_erasure WHERE erased_at >= %(since)s AND erased_at < %(until)s)
"""
_DECISIONS = """
SELECT action, count(*) FROM votes_decision WHERE created_at >= %(since)s AND created_at < %(until)s
GROUP BY 1 ORDER BY 1
"""
_JURIES = """
SELECT outcome, count(*) FROM votes_panel WHERE decided_at >= %(since)s AND decided_at < %(until)s
GROUP BY 1 ORDER BY 1
"""
# Appeals answered in the month: how many, how they ended, and the days they took.
_ANSWERED = """
SELECT count(*), count(*) FILTER (WHERE d.action = ANY(%(granting)s)),
  count(*) FILTER (WHERE d.action = ANY(%(rejecting)s)),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY c.closed_at - a.created_at),
  percentile_disc(0.9) WITHIN GROUP (ORDER BY c.closed_at - a.created_at)
FROM votes_appeal a JOIN votes_case c ON c.id = a.case_id
LEFT JOIN votes_decision d ON d.id = c.decision_id
WHERE c.state = 'closed' AND c.closed_at >= %(since)s AND c.closed_at < %(until)s
"""
# When something happened first: rows are stored in the order in which it did.
_BEGAN = """
(SELECT cast_at FROM votes_vote ORDER BY id LIMIT 1)
UNION ALL (SELECT at FROM sync_statuschange ORDER BY id LIMIT 1)
"""
_DAY_S = 86_400


def bring_up() -> list[str]:
    """Count the current month, and close those that are over; the months written, as `YYYY-MM`.

    A mirror, which has no facts, has no months. Months before the first vote are none.
    """
    if settings.MIRROR_OF:
        return []
    began = [first for (first,) in rows(_BEGAN) if first]
    if not began:
        return []
    now = timezone.now().astimezone(UTC)
    closed = set(Month.objects.exclude(closed_at=None).values_list("pk", flat=True))
    written = []
    for month in _months(min(began).astimezone(UTC).date(), now.date()):
        if month in closed:
            continue
        with transaction.atomic():
            known = Month.objects.select_for_update().filter(pk=month).first()
            if known and known.closed_at:
                continue
            over = now >= _begin(_next(month)) + LATE
            Month.objects.update_or_create(
                pk=month,
                defaults={
                    "facts": facts(month, now=now),
                    "counted_at": now,
                    "closed_at": now if over else None,
                },
            )
        written.append(f"{month:%Y-%m}")
    return written


def facts(month: date, *, now: datetime) -> dict[str, Any]:
    """A month in numbers; what can no longer be known is left out.

    `votes` and `disputes` cast; `videos` and `channels`: `{flagged, unflagged}`, each by cause;
    `measured`, `listed` channels; `juries` by outcome; `decisions` by action; `appeals`:
    `{filed, answered, granted, rejected, medianDays, mostDays}` (nine of ten within the last);
    `brakes` set; `erasures`.
    """
    span = {"since": _begin(month), "until": _begin(_next(month))}
    votes, disputes = rows(_VOTES, span)[0]
    measured, listed, filed, erased = rows(_COUNTS, {**span, "levels": list(Listing.LISTED)})[0]
    decisions = dict(rows(_DECISIONS, span))
    found: dict[str, Any] = {
        "votes": votes,
        "disputes": disputes,
        **_turned(span),
        "measured": measured,
        "listed": listed,
        "juries": dict(rows(_JURIES, span)),
        "decisions": decisions,
        "appeals": {"filed": filed, **_answered(span)},
        "brakes": decisions.get("set_brakes", 0),
    }
    # Marks of who was erased are kept for so long, and no longer.
    if span["since"] > now - BACKUPS_KEPT:
        found["erasures"] = erased
    return found


def _turned(span: dict[str, datetime]) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"{kind}s": {"flagged": {}, "unflagged": {}} for kind in ("video", "channel")
    }
    statuses = {"flagged": list(FLAGGED), "unflagged": list(UNFLAGGED)}
    for kind, cause, flagged, unflagged in rows(_TURNED, {**span, **statuses}):
        for name, count in (("flagged", flagged), ("unflagged", unflagged)):
            if count:
                found[f"{kind}s"][name][cause] = count
    return found


def _answered(span: dict[str, datetime]) -> dict[str, Any]:
    answered, granted, rejected, median, most = rows(
        _ANSWERED, {**span, "granting": list(GRANTING), "rejecting": list(REJECTING)}
    )[0]
    found: dict[str, Any] = {"answered": answered, "granted": granted, "rejected": rejected}
    if answered:
        found["medianDays"] = round(median.total_seconds() / _DAY_S, 1)
        found["mostDays"] = round(most.total_seconds() / _DAY_S, 1)
    return found


def _months(first: date, last: date) -> list[date]:
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = _next(month)
    return found


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _begin(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)
