"""Scheduled work on facts."""

from __future__ import annotations

from celery import shared_task

from votes import casting, covoting, erasures, networks
from votes.juries import agreement
from votes.juries import facts as jurors
from votes.moderation import appeals, cases
from votes.notes import judging
from votes.observations import facts as observations
from votes.reports import facts as reports
from votes.titles import facts as titles


@shared_task
def expire_addresses() -> int:
    """Clear pseudonyms of addresses, networks of jurors, observations and reports of channels, all
    of 30 days ago, and titles of 90; how many rows."""
    return (
        networks.expire()
        + observations.forget_old()
        + reports.forget_old()
        + jurors.forget_networks()
        + titles.forget_old()
    )


@shared_task
def weigh_jurors() -> int:
    """Reckon anew which jurors are rooted, how good they are, and who agrees too often; how many
    changed."""
    changed = jurors.weigh()
    agreement.find()
    return changed


@shared_task
def judge_notes() -> int:
    """Reckon anew which notes are shown, and end those whose time is over; how many changed."""
    return judging.judge()


@shared_task
def find_clusters() -> int:
    """Find accounts that vote together; how many groups there are."""
    return covoting.find_clusters()


@shared_task
def end_delays() -> int:
    """Let votes, observations and reports of new voters count whose time has come; how many."""
    return casting.end_delays() + observations.end_waiting() + reports.end_waiting()


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
