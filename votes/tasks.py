"""Scheduled work on facts."""

from __future__ import annotations

from celery import shared_task

from votes import networks


@shared_task
def expire_addresses() -> int:
    """Clear address pseudonyms older than 30 days, and the keys nobody needs any more."""
    return networks.expire()
