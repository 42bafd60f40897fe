"""What decisions do: where a target stands by the log, and what takes a decision back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from common.locks import wait_for_name
from votes.models import Action, Case, Decision

NO_CHANNEL = ""
"""A moderator's word that none of the channels is a video's which voters name."""
EFFECTS: Mapping[str, tuple[str, Any]] = {
    Action.LOCK_AI: ("lock", "ai"),
    Action.LOCK_HUMAN: ("lock", "human"),
    Action.UNLOCK: ("lock", None),
    Action.HIDE: ("hidden", True),
    Action.UNHIDE: ("hidden", False),
    Action.SHADOW_HIDE: ("shadow_hidden", True),
    Action.SHADOW_UNHIDE: ("shadow_hidden", False),
    Action.HOLD: ("held", True),
    Action.RELEASE: ("held", False),
    Action.DENY_CHANNELS: ("channel", NO_CHANNEL),
    Action.UNNAME_CHANNEL: ("channel", None),
    Action.FLAG_CHANNEL: ("standing", "flagged"),
    Action.CLEAR_CHANNEL: ("standing", "cleared"),
    Action.UNLOCK_CHANNEL: ("standing", None),
    Action.CONFIRM_CLAIMS: ("claims_confirmed", True),
    Action.QUESTION_CLAIMS: ("claims_confirmed", False),
    Action.CONFIRM_TIE: ("tie", "confirmed"),
    Action.REJECT_TIE: ("tie", "rejected"),
    Action.REOPEN_TIE: ("tie", None),
    Action.SHADOWBAN: ("is_shadowbanned", True),
    Action.UNBAN: ("is_shadowbanned", False),
    Action.MAKE_VIP: ("is_vip", True),
    Action.REVOKE_VIP: ("is_vip", False),
    Action.CONFIRM_CLUSTER: ("state", "confirmed"),
    Action.DISSOLVE_CLUSTER: ("state", "dissolved"),
    Action.REOPEN_CLUSTER: ("state", "found"),
}
"""Which aspect of its target an action settles, and how; `name_channel` as its `after` says."""

GRANTING = frozenset({Action.LOCK_HUMAN, Action.CLEAR_CHANNEL})
REJECTING = frozenset({Action.LOCK_AI, Action.FLAG_CHANNEL, Action.REJECT_APPEAL})
"""Decisions that give those who appealed what they asked for, and those that refuse it."""

_ACTIONS = {effect: action for action, effect in EFFECTS.items()}
_UNDECIDED: Mapping[str, Any] = {
    "lock": None,
    "hidden": False,
    "shadow_hidden": False,
    "held": False,
    "channel": None,
    "standing": None,
    "claims_confirmed": False,
    "tie": None,
}


class Refused(Exception):
    """A decision that cannot be made as things stand; the message tells a moderator why."""


def action_for(aspect: str, value: Any) -> str:
    """The action after which `aspect` is `value`."""
    named = aspect == "channel" and value
    return Action.NAME_CHANNEL if named else _ACTIONS[aspect, value]


def aspect_of(action: str) -> str:
    """Which aspect of its target an action settles."""
    return "channel" if action == Action.NAME_CHANNEL else EFFECTS[action][0]


def serialise(target_type: str, keys: Iterable[str]) -> None:
    """Let decisions about one target wait for each other until the transaction ends."""
    for key in sorted(keys):
        wait_for_name(f"decision:{target_type}:{key}")


def standing(target_type: str, keys: Iterable[str]) -> dict[str, Any]:
    """How a video or channel, by all its keys, stands by the latest decisions."""
    latest = (
        Decision.objects.filter(target_type=target_type, target_id__in=list(keys))
        .values_list("action")
        .annotate(latest=Max("id"))
        .order_by("latest")
    )
    decided = dict(_UNDECIDED)
    for action, number in latest:
        if action == Action.NAME_CHANNEL:
            decided |= Decision.objects.get(pk=number).after
        elif action in EFFECTS:
            aspect, value = EFFECTS[action]
            decided[aspect] = value
    return decided


def close(cases: Iterable[Case], decision: Decision) -> None:
    """Close these cases with a decision, which alone can open them again."""
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(
        state=Case.State.CLOSED, closed_at=Now(), outcome=decision.action, decision=decision
    )


def reopen(decision: Decision) -> None:
    """Open again what a decision closed, but for what has been opened anew meanwhile."""
    for case in Case.objects.filter(decision=decision).select_for_update():
        anew = Case.objects.exclude(state=Case.State.CLOSED).filter(
            kind=case.kind, target_type=case.target_type, target_id=case.target_id
        )
        if not anew.exists():
            Case.objects.filter(pk=case.pk).update(
                state=Case.State.OPEN,
                assignee=None,
                claimed_at=None,
                closed_at=None,
                outcome="",
                decision=None,
            )
