"""Scheduled work on clips."""

from __future__ import annotations

from celery import shared_task

from evidence import removal


@shared_task
def expire_evidence() -> str:
    """Delete what has expired, was given up or has lost its other half; how much, in words."""
    return str(removal.sweep())
