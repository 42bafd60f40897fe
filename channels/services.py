"""The writes about channels."""

from __future__ import annotations

from django.db import transaction

from channels.models import DirtyChannel
from votes.models import Action, Case, Decision, TargetType
from votes.services import close_cases, release_bursts

_ACTIONS = frozenset(
    {
        Action.FLAG_CHANNEL,
        Action.CLEAR_CHANNEL,
        Action.UNLOCK_CHANNEL,
        Action.CONFIRM_CLAIMS,
        Action.RELEASE,
    }
)
_SETTLES_CLAIMS = frozenset({Action.FLAG_CHANNEL, Action.CLEAR_CHANNEL, Action.CONFIRM_CLAIMS})

_ANSWERS_APPEALS = frozenset({Action.FLAG_CHANNEL, Action.CLEAR_CHANNEL})


@transaction.atomic
def decide_channel(*, actor: str, action: str, key: str, reason: str) -> Decision:
    """Record a moderator's decision about a channel (id or `@handle`) and roll it up again.

    `confirm_claims` lets videos count about whose channel voters disagree; `release` lets the
    votes of a burst upon the channel count.
    Raises `ValueError` for an action that is not about channels.
    """
    if action not in _ACTIONS:
        raise ValueError(f"{action} is not a decision about a channel")
    DirtyChannel.objects.append([key])
    decision = Decision.objects.create(
        actor=actor, action=action, target_type=TargetType.CHANNEL, target_id=key, reason=reason
    )
    if action == Action.RELEASE:
        release_bursts(key, TargetType.CHANNEL)
    if action in _SETTLES_CLAIMS:
        close_cases(Case.Kind.CLAIM_CONFLICT, TargetType.CHANNEL, [key], outcome=action)
    if action in _ANSWERS_APPEALS:
        close_cases(Case.Kind.APPEAL, TargetType.CHANNEL, [key], outcome=action)
    return decision
