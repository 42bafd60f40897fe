"""Mails in sum to moderators who want them: what waits, how long, what was decided since."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.timesince import timesince

from desk.models import NoticeChoice
from desk.notices import gathering, words
from post import outbox
from post.sealing import unseal
from votes.models import Case, Decision

AT = time(7, tzinfo=UTC)
"""When digests are written."""
_SPANS = {NoticeChoice.Digest.DAILY: timedelta(days=1), NoticeChoice.Digest.WEEKLY: timedelta(7)}


def following(digest: str, now: datetime) -> datetime | None:
    """When the next digest is due after `now`; None for none."""
    if digest == NoticeChoice.Digest.NEVER:
        return None
    at = datetime.combine(now.astimezone(UTC).date(), AT)
    while at <= now or (digest == NoticeChoice.Digest.WEEKLY and at.weekday() != 0):
        at += timedelta(days=1)
    return at


def mail_due() -> int:
    """Write the digests that are due; how many."""
    if not outbox.is_on():
        return 0
    due = NoticeChoice.objects.filter(digest_at__lte=Now()).order_by("pk")
    return sum(_mail(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _mail(pk: int) -> bool:
    """Write one moderator's digest, unless another worker does; whether there was anything."""
    due = NoticeChoice.objects.filter(pk=pk, digest_at__lte=Now())
    choice = due.select_for_update(skip_locked=True).first()
    if choice is None:
        return False
    choice.digest_at = following(choice.digest, timezone.now())
    choice.save(update_fields=["digest_at"])
    to = unseal(choice.sealed_address)
    waiting = gathering.counts(Q(), choice.kinds)
    if not to or not gathering.may(choice) or not waiting:
        return False
    span = _SPANS[NoticeChoice.Digest(choice.digest)]
    total = sum(waiting.values())
    subject = f"{total} case{'' if total == 1 else 's'} waiting"
    outbox.queue(kind="digest", to=to, subject=subject, body=_body(choice, waiting, span))
    return True


def _body(choice: NoticeChoice, waiting: dict[str, int], span: timedelta) -> str:
    open_cases = Case.objects.exclude(state=Case.State.CLOSED)
    if choice.kinds:
        open_cases = open_cases.filter(kind__in=choice.kinds)
    oldest = open_cases.aggregate(oldest=Min("opened_at"))["oldest"]
    decided = Decision.objects.filter(created_at__gt=Now() - span).count()
    since = "in the last day" if span.days == 1 else "in the last week"
    lines = [f"  {words.cases({kind: n})}" for kind, n in sorted(waiting.items())]
    return "\n".join(
        [
            "These cases wait for a moderator:",
            "",
            *lines,
            "",
            f"The oldest waits for {timesince(oldest).replace(chr(160), ' ')}.",
            f"{decided} decision{'' if decided == 1 else 's'} {since}.",
            "",
            words.desk(),
            "",
            f"You chose these mails at {settings.ORIGIN}/admin/notices/",
            "",
        ]
    )
