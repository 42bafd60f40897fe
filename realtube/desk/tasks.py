"""Work of the desk in the background."""

from __future__ import annotations

from celery import shared_task

from realtube.desk import batches


@shared_task
def run_batches() -> int:
    """Go on with the batches that are confirmed; decisions made in this run."""
    return batches.run()
