"""What a worker does for the pages; when, is in `sync.schedule`."""

from __future__ import annotations

from celery import shared_task

from pages import months
from pages.recent import files


@shared_task
def write_found() -> bool:
    """Write the file of what was found lately; whether it was time."""
    return files.write_if_due()


@shared_task
def count_months() -> list[str]:
    """Count the current month, close those that are over; which."""
    return months.bring_up()
