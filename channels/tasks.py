"""Scheduled work on appeals."""

from __future__ import annotations

from celery import shared_task

from channels.creators import telling


@shared_task
def tell_outcomes() -> int:
    """Tell those who want mail what became of their appeals; how many."""
    return telling.tell_outcomes()
