"""Voters who want to be forgotten: erased now, and again after a backup is restored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from common import ids
from votes import sql
from votes.juries import facts as jurors
from votes.models import Erasure, Outcome, Vote, Voter, VoterWarning
from votes.observations import facts as observations
from votes.reports import facts as reports
from votes.signs import facts as signs
from votes.titles import facts as titles

# The oldest backup there may be; deploy/postgres/backup keeps none for longer.
BACKUPS_KEPT = timedelta(days=35)

forgetters: list[Callable[[str], None]] = []
"""Each deletes what an app above keeps of a voter, given their public id. Apps add theirs."""
after_restore: list[Callable[[Mapping[str, datetime]], int]] = []
"""Each deletes again what a backup has brought back, given the time of erasures by their mark; how
much that was. Apps add theirs."""


@transaction.atomic
def erase_voter(voter_id: str) -> bool:
    """Delete a voter and all votes; votes on locked videos stay without identity.

    Returns False if nothing was stored about the voter.
    """
    # Locked first, as a vote does: one order for all writers, no deadlock.
    if not Voter.objects.select_for_update().filter(pk=voter_id).exists():
        return False
    for forget in forgetters:
        forget(voter_id)
    # Votes that stay must not say that they were one voter's.
    Vote.objects.filter(voter_id=voter_id, report__isnull=False).update(report=None)
    with connection.cursor() as cursor:
        cursor.execute(sql.MARK_VIDEOS_OF_VOTER, {"voter": voter_id})
        cursor.execute(sql.ANONYMISE_ON_LOCKED, {"voter": voter_id})
        cursor.execute(sql.FORGET_VOTER_IN_MARKS, {"voter": voter_id})
    jurors.leave(voter_id)
    observations.forget_voter(voter_id)
    reports.forget_voter(voter_id)
    titles.forget_voter(voter_id)
    signs.forget_voter(voter_id)
    VoterWarning.objects.filter(voter_id=voter_id).delete()
    Outcome.objects.filter(voter_id=voter_id).delete()
    Vote.objects.filter(voter_id=voter_id).delete()
    Voter.objects.filter(pk=voter_id).delete()
    remember(mark_of(voter_id))
    return True


def mark_of(what: str) -> str:
    """What is remembered of an erasure: a voter by their public id, anything else by its name."""
    return ids.erasure_mark(what, key=settings.VOTER_KEY)


def remember(*marks: str) -> None:
    """Have what was erased erased again, if a backup brings it back."""
    Erasure.objects.bulk_create(
        [Erasure(mark=mark, erased_at=Now()) for mark in marks],
        update_conflicts=True,
        unique_fields=["mark"],
        update_fields=["erased_at"],
    )


def reapply_erasures(erased: Mapping[str, datetime]) -> int:
    """Erase again, after a restore, who was erased: time by mark; how many voters went.

    Somebody who came back after their erasure is a new voter since, and stays.
    """
    voters = Voter.objects.values_list("public_id", "first_seen").iterator()
    again = [
        public_id
        for public_id, first_seen in voters
        if (at := erased.get(mark_of(public_id))) and first_seen < at
    ]
    return sum(erase_voter(public_id) for public_id in again)


def forget_erasures() -> int:
    """Forget erasures that no backup is old enough to undo; how many."""
    return Erasure.objects.filter(erased_at__lt=Now() - BACKUPS_KEPT).delete()[0]
