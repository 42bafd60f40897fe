"""The end of following: at once, for good, and also in what a backup may bring back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from following.changes import latest
from following.models import MESSAGE_ID_MAX, Delivery, Follower, Position
from post import outbox
from votes import erasures

KEPT = timedelta(days=30)
"""How long it is known what was sent, and what was not."""
UNCONFIRMED_KEPT = timedelta(days=2)
_BOUNCES = frozenset({"bounced", "rejected", "complained", "unsubscribed"})
log = structlog.get_logger()


def end(token: str) -> bool:
    """Tell this follower no more, and forget them; whether there was one."""
    return bool(forget(Follower.objects.filter(token=token)))


@transaction.atomic
def forget(followers: QuerySet[Follower]) -> int:
    """Delete them with all that was to be sent to them; how many."""
    tokens = list(followers.values_list("token", flat=True))
    outbox.disown(tokens)
    erasures.remember(*map(_mark, tokens))
    Follower.objects.filter(token__among=tokens).delete()
    return len(tokens)


def take_event(sender: object, event: Any, **kwargs: Any) -> None:
    """An address of which a provider says that it bounces is told no more."""
    if event.event_type in _BOUNCES and event.message_id:
        sent = Delivery.objects.filter(message_id=str(event.message_id)[:MESSAGE_ID_MAX])
        if forget(Follower.objects.filter(pk__in=sent.values("follower"))):
            log.info("follower gone", way="mail", reason=str(event.event_type))


def expire() -> int:
    """Forget who has not confirmed within two days, and deliveries of 30 days ago; how many."""
    late = Follower.objects.filter(confirmed_at__isnull=True, asked_at__lt=Now() - UNCONFIRMED_KEPT)
    old = Delivery.objects.filter(created_at__lt=Now() - KEPT)
    return late.delete()[0] + old.delete()[0]


@transaction.atomic
def forget_again(erased: Mapping[str, datetime]) -> int:
    """After a restore, forget again who has ended it since: time by mark; how many.

    What was still to be sent at the moment of the backup has been sent; of what is already in the
    history nobody is told again.
    """
    Delivery.objects.filter(state=Delivery.State.QUEUED).delete()
    Position.objects.update(line=latest())
    tokens = Follower.objects.values_list("token", flat=True).iterator()
    again = [token for token in tokens if _mark(token) in erased]
    return forget(Follower.objects.filter(token__among=again))


def _mark(token: str) -> str:
    return erasures.mark_of(f"follower {token}")
