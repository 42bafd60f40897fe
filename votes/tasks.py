"""Scheduled work on facts."""

from __future__ import annotations

from celery import shared_task

from votes import casting, covoting, erasures, networks
from votes.moderation import appeals, cases


@shared_task
def expire_addresses() -> int:
    """Clear address pseudonyms older than 30 days, and the keys nobody needs any more."""
    return networks.expire()


@shared_task
def find_clusters() -> int:
    """Find accounts that vote together; how many groups there are."""
    return covoting.find_clusters()


@shared_task
def end_delays() -> int:
    """Let votes of new voters count whose delay is over; how many."""
    return casting.end_delays()


@shared_task
def forget_erasures() -> int:
    """Forget who was erased before the oldest backup; how many."""
    return erasures.forget_erasures()


@shared_task
def return_lapsed_cases() -> int:
    """Give cases back to everybody that somebody took and did not decide in time; how many."""
    return cases.return_lapsed()


@shared_task
def forget_contacts() -> int:
    """Clear how to reach those whose appeals were answered 30 days ago; how many."""
    return appeals.forget_contacts()
