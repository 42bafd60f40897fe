"""Scheduled work on clips."""

from __future__ import annotations

from celery import shared_task

from evidence import removal

# So long a worker goes on with clips that are due before it asks for its next task.
WORK_S = 300
# Programs have limits of their own, by the length of the clip.
_LONGEST_S = 48 * 3600


@shared_task(time_limit=_LONGEST_S)
def process_clips() -> int:
    """Process the clips that are due, in the queue `media`; how many were tried."""
    from evidence.processing import work  # noqa: PLC0415 - its libraries are an extra

    return work.run(most_s=WORK_S)


@shared_task
def expire_evidence() -> str:
    """Delete what has expired, was given up or has lost its other half; how much, in words."""
    return str(removal.sweep())
