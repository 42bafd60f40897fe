"""Finding out what a moderator is to be told: each case once as new, and once as old."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Now
from django.utils import timezone

from desk.models import Notice, NoticeChoice
from votes.models import Case

SETTLES = timedelta(seconds=30)
"""Longer no case takes to be committed after its number was drawn."""


def gather() -> int:
    """Write the notices about what has come up since the last time; how many."""
    wanted = NoticeChoice.objects.exclude(form=NoticeChoice.Form.NONE)
    return sum(_notice(pk) for pk in wanted.order_by("pk").values_list("pk", flat=True))


def begin(choice: NoticeChoice) -> None:
    """Tell of nothing that is there already."""
    choice.seen = _latest()
    choice.aged_until = timezone.now() - timedelta(hours=choice.older_than_h or 0)


def counts(of: Q, kinds: list[str]) -> dict[str, int]:
    """How many cases wait of each kind, of `kinds` or of all."""
    waiting = Case.objects.exclude(state=Case.State.CLOSED).filter(of)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    return dict(waiting.order_by().values_list("kind").annotate(Count("pk")))


def _latest() -> int:
    settled = Case.objects.filter(opened_at__lte=Now() - SETTLES)
    return settled.aggregate(latest=Max("pk"))["latest"] or 0


@transaction.atomic
def _notice(pk: int) -> bool:
    """Write one moderator's notice, unless another worker does; whether there was anything."""
    choice = NoticeChoice.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if choice is None or not may(choice):
        return False
    latest = max(choice.seen, _latest())
    new = old = {}
    if choice.tell_new:
        new = counts(Q(pk__gt=choice.seen, pk__lte=latest), choice.kinds)
    if choice.older_than_h:
        until = timezone.now() - timedelta(hours=choice.older_than_h)
        aged = Q(opened_at__gt=choice.aged_until, opened_at__lte=until)
        old = counts(aged, choice.kinds)
        choice.aged_until = max(choice.aged_until, until)
    choice.seen = latest
    choice.save(update_fields=["seen", "aged_until"])
    if not new and not old:
        return False
    Notice.objects.create(choice=choice, new=new, old=old)
    return True


def may(choice: NoticeChoice) -> bool:
    """Whether the moderator still is one."""
    user = choice.user
    return user.is_active and user.is_staff and user.has_perm("votes.view_case")
