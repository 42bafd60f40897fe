"""The state of a target, and which decisions would change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from channels.services import channel_keys
from common.db import rows
from desk import sql
from votes.models import Action, Cluster, Juror, Note, TargetType, Voter
from votes.moderation import decisions
from votes.moderation.actions import GRANTING, RULES, offered

_CHANNELS = {
    "flagged": Q(locked=True, auto_flag_new=True),
    "cleared": Q(locked=True, auto_flag_new=False),
    None: Q(locked=False),
}


def keys_of(target_type: str, target_id: str) -> list[str]:
    """All names under which decisions know the target."""
    return channel_keys(target_id) if target_type == TargetType.CHANNEL else [target_id]


def standing(target_type: str, keys: Sequence[str]) -> dict[str, Any]:
    """The state of the target of these keys, by aspect (`actions.RULES`); empty if it is gone."""
    if target_type == TargetType.VOTER:
        voters = Voter.objects.filter(pk__in=keys)
        aspects = ("is_shadowbanned", "is_vip", "is_paused_juror")
        return dict(voters.values(*aspects).first() or {})
    if target_type == TargetType.CLUSTER:
        return dict(Cluster.objects.filter(pk__in=keys).values("state").first() or {})
    if target_type == TargetType.NOTE:
        return dict(Note.objects.filter(pk__in=keys).values("is_hidden").first() or {})
    return decisions.standing(target_type, keys)


def applicable(target_type: str, keys: Sequence[str]) -> list[Action]:
    """The decisions that would change something, the most usual first.

    While an appeal waits, to grant it is always one: it gives them their answer. Whose a video is
    can be said where voters disagree about it, or it has been said; a channel can be cleared that
    votes or lists say anything against.
    """
    state = standing(target_type, keys)
    handles = [key[1:] for key in keys if key.startswith("@")]
    ((appealed, burst, disputed, suspect),) = rows(
        sql.WAITING, {"target_type": target_type, "keys": list(keys), "handles": handles}
    )

    def changes(action: Action) -> bool:
        aspect, value = RULES[action].sets
        if (action in GRANTING and appealed) or (action == Action.RELEASE and burst):
            return True
        if action == Action.PAUSE_JUROR and not Juror.objects.filter(pk__in=keys).exists():
            return False
        if action in (Action.NAME_CHANNEL, Action.DENY_CHANNELS) and not disputed:
            return state["channel"] is not None and state["channel"] != value
        if action == Action.CLEAR_CHANNEL and state[aspect] is None:
            return bool(suspect)
        return aspect not in state or bool(state[aspect] != value)

    return [action for action in offered(target_type) if changes(action)]


def unchanged_by(action: Action) -> Q | None:
    """Those of a table of targets that an action would not change; None if that is not known."""
    aspect, value = RULES[action].sets
    if aspect == "standing":
        return _CHANNELS[value]
    if aspect in ("", "claims_confirmed", "channel"):
        return None
    return Q(**{"verdict" if aspect == "lock" else aspect: value})
