"""Scheduled work on appeals."""

from __future__ import annotations

from celery import shared_task

from channels.creators import questions, telling


@shared_task
def tell_outcomes() -> int:
    """Tell those who want mail what became of their appeals; how many."""
    return telling.tell_outcomes()


@shared_task
def end_questions() -> int:
    """End moderators' questions that nobody has answered in time; how many."""
    return questions.end_old()
