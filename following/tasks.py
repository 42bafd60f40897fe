"""What a worker does for followers; when, is in `sync.schedule`."""

from __future__ import annotations

from celery import shared_task

from common.locks import Lock, held
from following import changes, ending, hub, mails, posts

RUN_S = 20.0
"""For so long of each; the next run goes on."""


@shared_task
def tell_followers() -> int:
    """Tell followers of what has changed; how many tries that took.

    One worker at a time, so that the others are free for scores; two would harm nothing.
    """
    with held(Lock.FOLLOWERS) as is_ours:
        if not is_ours:
            return 0
        changes.spread()
        return posts.send_due(seconds=RUN_S) + mails.send_due(seconds=RUN_S)


@shared_task
def tell_hub() -> int:
    """Tell the WebSub hub which feeds have changed; how many."""
    return hub.tell()


@shared_task
def forget_followers() -> int:
    """Forget who has not confirmed, and old deliveries; how many rows."""
    return ending.expire()
