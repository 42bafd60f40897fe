"""Telling those who want mail what became of their appeals, once it is true for everybody."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from channels import appeals
from channels.creators import letters, mailing
from post import outbox
from votes.models import AppealAddress, Case

AT_ONCE = 200
"""Outcomes told in a run."""


def tell_outcomes() -> int:
    """Write the mails about outcomes that have been published; how many.

    Each is told once; so is another outcome, if the case was opened again.
    """
    if not outbox.is_on():
        return 0
    waiting = AppealAddress.objects.filter(
        confirmed_at__isnull=False,
        appeal__case__state=Case.State.CLOSED,
        appeal__case__closed_at__lt=Now() - appeals.SETTLES,
    ).exclude(told_at__isnull=False, told_at=F("appeal__case__closed_at"))
    tokens = list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_tell(token) for token in tokens)


@transaction.atomic
def _tell(token: str) -> bool:
    address = (
        AppealAddress.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("appeal__case")
        .filter(pk=token)
        .first()
    )
    if address is None or appeals.still_clearing(token):
        return False
    closed_at = address.appeal.case.closed_at
    if closed_at is None or address.told_at == closed_at:
        return False
    AppealAddress.objects.filter(pk=token).update(told_at=closed_at)
    mailing.send(address, "outcome", lambda: letters.outcome(appeals.shown(address.appeal)))
    return True
