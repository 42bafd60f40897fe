"""Work of the desk in the background."""

from __future__ import annotations

from celery import shared_task

from desk import batches, dashboard, voters
from desk.notices import digests, gathering, sending


@shared_task
def run_batches() -> int:
    """Go on with the batches that are confirmed; decisions made in this run."""
    return batches.run()


@shared_task
def lay_out_voters() -> int:
    """Lay out the votes of large videos that moderators look at; how many videos."""
    return voters.lay_out()


@shared_task
def count_activity() -> None:
    """Count the votes, flags and disputes of the last day that are not counted yet."""
    dashboard.count_activity()


@shared_task
def send_notices() -> int:
    """Tell moderators of new and ageing cases as they chose; how many notices and mails."""
    return gathering.gather() + sending.send_due() + digests.mail_due()
