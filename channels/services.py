"""The writes about channels."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from channels.models import Channel, DirtyChannel
from votes import decisions
from votes.models import Action, Case, Decision, TargetType
from votes.services import close_cases, held_bursts, hold_again, release_bursts

_ACTIONS = frozenset(
    {
        Action.FLAG_CHANNEL,
        Action.CLEAR_CHANNEL,
        Action.UNLOCK_CHANNEL,
        Action.CONFIRM_CLAIMS,
        Action.QUESTION_CLAIMS,
        Action.RELEASE,
    }
)
_SETTLES_CLAIMS = frozenset({Action.FLAG_CHANNEL, Action.CLEAR_CHANNEL, Action.CONFIRM_CLAIMS})

_ANSWERS_APPEALS = frozenset({Action.FLAG_CHANNEL, Action.CLEAR_CHANNEL})


@transaction.atomic
def decide_channel(
    *, actor: str, action: str, key: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Record a moderator's decision about a channel (id or `@handle`) and roll it up again.

    `confirm_claims` lets videos count about whose channel voters disagree, `question_claims`
    takes that back; `release` lets the votes of a burst upon the channel count.
    Raises `ValueError` for an action that is not about channels.
    """
    if action not in _ACTIONS:
        raise ValueError(f"{action} is not a decision about a channel")
    keys = channel_keys(key)
    decisions.serialise(TargetType.CHANNEL, keys)
    DirtyChannel.objects.append(keys)
    aspect, value = decisions.EFFECTS[action]
    before: dict[str, Any] = {aspect: decisions.standing(TargetType.CHANNEL, keys)[aspect]}
    # To take back a release of bursts is recorded as one, too.
    releases = action == Action.RELEASE and reverses is None
    if releases:
        before["bursts"] = held_bursts(keys)
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.CHANNEL,
        target_id=key,
        reason=reason,
        before=before,
        after={aspect: value},
        reverses=reverses,
    )
    if releases:
        release_bursts(keys, TargetType.CHANNEL, decision)
    if reverses:
        hold_again(reverses.before.get("bursts", []))
    if action in _SETTLES_CLAIMS:
        close_cases(Case.Kind.CLAIM_CONFLICT, TargetType.CHANNEL, keys, decision)
    if action in _ANSWERS_APPEALS:
        close_cases(Case.Kind.APPEAL, TargetType.CHANNEL, keys, decision)
    return decision


def channel_keys(key: str) -> list[str]:
    """All keys of the channel that is known by this one."""
    channel = Channel.objects.known_as(key)
    return channel.names.keys if channel else [key]
