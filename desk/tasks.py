"""Work of the desk in the background."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from channels.samples import facts as samples
from desk import batches, dashboard, roles, voters
from desk.casework import queue
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
def keep_samples() -> None:
    """Draw last month's blind sample, and close what is due. A mirror has no juries."""
    if not settings.MIRROR_OF:
        samples.keep(moderators=roles.moderators())


@shared_task
def weigh_cases() -> int:
    """Put what waits in the order of the harm that it does; how many cases have moved."""
    return queue.weigh()


@shared_task
def send_notices() -> int:
    """Tell moderators of new and ageing cases as they chose; how many notices and mails."""
    return gathering.gather() + sending.send_due() + digests.mail_due()
