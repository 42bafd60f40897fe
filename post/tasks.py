"""Scheduled work on mails."""

from __future__ import annotations

from celery import shared_task

from post import outbox


@shared_task
def send_mails() -> int:
    """Send the mails that are due; how many were tried."""
    return outbox.send_due()


@shared_task
def forget_mails() -> int:
    """Forget mails of 30 days ago; how many."""
    return outbox.forget_old()
