"""The writes about channels."""

from __future__ import annotations

from django.db import transaction

from channels.models import Channel, DirtyChannel
from common import ids
from votes import decisions
from votes.models import Action, Case, Decision, TargetType
from votes.services import bursts_of, close_cases, settle_bursts

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
    *,
    actor: str,
    action: str,
    key: str,
    reason: str,
    videos: int = 0,
    reverses: Decision | None = None,
) -> Decision:
    """Record a moderator's decision about a channel (id or `@handle`) and roll it up again.

    `confirm_claims` lets videos count about whose channel voters disagree, `question_claims`
    takes that back; `release` lets the votes of a burst upon the channel count. So many `videos`
    are decided about as parts of this. The key may be one of an older decision or batch, before
    accents were folded.
    Raises `ValueError` for an action that is not about channels.
    """
    if action not in _ACTIONS:
        raise ValueError(f"{action} is not a decision about a channel")
    key = ids.normalise_key(key)
    keys = channel_keys(key)
    decisions.serialise(TargetType.CHANNEL, keys)
    DirtyChannel.objects.append(keys)
    aspect, value = decisions.EFFECTS[action]
    bursts = bursts_of(action, keys, reverses)
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.CHANNEL,
        target_id=key,
        reason=reason,
        before={aspect: decisions.standing(TargetType.CHANNEL, keys)[aspect], **bursts.before},
        after={aspect: value, **bursts.after, **({"videos": videos} if videos else {})},
        reverses=reverses,
    )
    settle_bursts(bursts, keys, decision)
    if action in _SETTLES_CLAIMS:
        close_cases(Case.Kind.CLAIM_CONFLICT, TargetType.CHANNEL, keys, decision)
    if action in _ANSWERS_APPEALS:
        close_cases(Case.Kind.APPEAL, TargetType.CHANNEL, keys, decision)
    return decision


def channel_keys(key: str) -> list[str]:
    """All keys of the channel that is known by this one, which may be an older decision's."""
    key = ids.normalise_key(key)
    channel = Channel.objects.known_as(key)
    return channel.names.keys if channel else [key]
