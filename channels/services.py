"""The writes about channels."""

from __future__ import annotations

from django.db import transaction

from channels.models import Channel, DirtyChannel
from common import ids
from votes.models import Decision, TargetType
from votes.moderation.decisions import decide_target


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
    key = ids.normalise_key(key)
    keys = channel_keys(key)
    DirtyChannel.objects.append(keys)
    return decide_target(
        TargetType.CHANNEL,
        keys,
        actor=actor,
        action=action,
        target_id=key,
        reason=reason,
        says={"videos": videos} if videos else {},
        reverses=reverses,
    )


def channel_keys(key: str) -> list[str]:
    """All keys of the channel that is known by this one, which may be an older decision's."""
    key = ids.normalise_key(key)
    channel = Channel.objects.known_as(key)
    return channel.names.keys if channel else [key]
