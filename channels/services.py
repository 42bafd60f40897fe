"""The writes about channels."""

from __future__ import annotations

from django.db import transaction

from channels.models import DirtyChannel
from votes.models import Action, Decision, TargetType

_ACTIONS = frozenset({Action.FLAG_CHANNEL, Action.CLEAR_CHANNEL, Action.UNLOCK_CHANNEL})


@transaction.atomic
def decide_channel(*, actor: str, action: str, key: str, reason: str) -> Decision:
    """Record a moderator's decision about a channel (id or `@handle`) and roll it up again.

    Raises `ValueError` for an action that is not about channels.
    """
    if action not in _ACTIONS:
        raise ValueError(f"{action} is not a decision about a channel")
    DirtyChannel.objects.append([key])
    return Decision.objects.create(
        actor=actor, action=action, target_type=TargetType.CHANNEL, target_id=key, reason=reason
    )
