"""The table of moderators' actions: what each is about, sets and answers, and who may do it.

Everything that must know one of these things asks this table: services, statements, the desk and
its roles. The words that are shown are next to the names, in `Action`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from votes.models import Action, Case, TargetType

NO_CHANNEL = ""
"""A moderator's word that none of the channels is a video's which voters name."""
NAMED = object()
"""Stands for the channel that a `name_channel` names; the decision's `after` has it."""


class Refused(Exception):
    """A decision that cannot be made now; the message says why, for a moderator."""


class Power(models.TextChoices):
    """What a role may do besides looking; each is a permission of `desk`."""

    CLAIM_CASES = "claim_cases", "Can work on cases"
    DECIDE_VIDEOS = "decide_videos", "Can decide about videos"
    DECIDE_CHANNELS = "decide_channels", "Can decide about channels"
    DECIDE_CLUSTERS = "decide_clusters", "Can decide about clusters"
    RESTRAIN_VOTERS = "restrain_voters", "Can ban, unban and warn voters"
    PROMOTE_VOTERS = "promote_voters", "Can make and revoke VIPs"
    SET_BRAKES = "set_brakes", "Can set brakes"
    RUN_BATCHES = "run_batches", "Can decide about many targets at once"


@dataclass(frozen=True)
class Rule:
    """One line of the table.

    `sets` is an aspect of the target and the value that it gets; what undoes the action is then
    whichever gives the aspect its value back. An action that sets no aspect says `undone_by`.
    `settles` are the kinds of case that it closes, and `grants` is its answer to those who have
    appealed: yes, no, or nothing (None). The desk does not offer what only takes back (`offered`).
    """

    targets: tuple[TargetType, ...]
    power: Power
    sets: tuple[str, Any] = ("", None)
    undone_by: Action | None = None
    settles: tuple[Case.Kind, ...] = ()
    grants: bool | None = None
    offered: bool = True


_VIDEO = ((TargetType.VIDEO,), Power.DECIDE_VIDEOS)
_CHANNEL = ((TargetType.CHANNEL,), Power.DECIDE_CHANNELS)
_TIE = ((TargetType.TIE,), Power.DECIDE_CHANNELS)
_CLUSTER = ((TargetType.CLUSTER,), Power.DECIDE_CLUSTERS)
_RESTRAIN = ((TargetType.VOTER,), Power.RESTRAIN_VOTERS)
_PROMOTE = ((TargetType.VOTER,), Power.PROMOTE_VOTERS)
_NOTE = ((TargetType.NOTE,), Power.DECIDE_VIDEOS)
_CASE = (
    (TargetType.VIDEO, TargetType.CHANNEL, TargetType.TIE, TargetType.CLUSTER),
    Power.CLAIM_CASES,
)
_DISPUTED = (Case.Kind.APPEAL, Case.Kind.DISPUTE, Case.Kind.UNDECIDED, Case.Kind.SAMPLE)
_CLAIMED = (
    Case.Kind.APPEAL,
    Case.Kind.CLAIM_CONFLICT,
    Case.Kind.MEASUREMENT,
    Case.Kind.REPORTS,
    Case.Kind.UNDECIDED,
)
_CLAIMS = (Case.Kind.CLAIM_CONFLICT,)

RULES: Mapping[str, Rule] = {
    # Videos.
    Action.LOCK_AI: Rule(*_VIDEO, ("lock", "ai"), settles=_DISPUTED, grants=False),
    Action.LOCK_HUMAN: Rule(*_VIDEO, ("lock", "human"), settles=_DISPUTED, grants=True),
    Action.UNLOCK: Rule(*_VIDEO, ("lock", None)),
    Action.HIDE: Rule(*_VIDEO, ("hidden", True)),
    Action.UNHIDE: Rule(*_VIDEO, ("hidden", False)),
    Action.SHADOW_HIDE: Rule(*_VIDEO, ("shadow_hidden", True)),
    Action.SHADOW_UNHIDE: Rule(*_VIDEO, ("shadow_hidden", False)),
    Action.HOLD: Rule(*_VIDEO, ("held", True)),
    # Closes the case of a burst if there was one: `holds.settle`.
    Action.RELEASE: Rule(
        (TargetType.VIDEO, TargetType.CHANNEL), Power.DECIDE_VIDEOS, ("held", False)
    ),
    Action.NAME_CHANNEL: Rule(*_VIDEO, ("channel", NAMED), settles=_CLAIMS),
    Action.DENY_CHANNELS: Rule(*_VIDEO, ("channel", NO_CHANNEL), settles=_CLAIMS),
    Action.UNNAME_CHANNEL: Rule(*_VIDEO, ("channel", None)),
    # Channels, and what an id and a handle have to do with each other.
    Action.FLAG_CHANNEL: Rule(*_CHANNEL, ("standing", "flagged"), settles=_CLAIMED, grants=False),
    Action.CLEAR_CHANNEL: Rule(*_CHANNEL, ("standing", "cleared"), settles=_CLAIMED, grants=True),
    Action.UNLOCK_CHANNEL: Rule(*_CHANNEL, ("standing", None)),
    # Of before a channel's claims stopped to matter: votes flag no channel any more.
    Action.CONFIRM_CLAIMS: Rule(
        *_CHANNEL, ("claims_confirmed", True), settles=_CLAIMS, offered=False
    ),
    Action.QUESTION_CLAIMS: Rule(*_CHANNEL, ("claims_confirmed", False), offered=False),
    Action.CONFIRM_TIE: Rule(*_TIE, ("tie", "confirmed"), settles=(Case.Kind.TIE,)),
    Action.REJECT_TIE: Rule(*_TIE, ("tie", "rejected"), settles=(Case.Kind.TIE,)),
    Action.REOPEN_TIE: Rule(*_TIE, ("tie", None), offered=False),
    # Voters.
    Action.SHADOWBAN: Rule(*_RESTRAIN, ("is_shadowbanned", True)),
    Action.UNBAN: Rule(*_RESTRAIN, ("is_shadowbanned", False)),
    Action.WARN: Rule(*_RESTRAIN, undone_by=Action.WITHDRAW_WARNING),
    Action.WITHDRAW_WARNING: Rule(*_RESTRAIN, undone_by=Action.WARN, offered=False),
    Action.MAKE_VIP: Rule(*_PROMOTE, ("is_vip", True)),
    Action.REVOKE_VIP: Rule(*_PROMOTE, ("is_vip", False)),
    Action.PAUSE_JUROR: Rule(*_RESTRAIN, ("is_paused_juror", True)),
    Action.RESUME_JUROR: Rule(*_RESTRAIN, ("is_paused_juror", False)),
    Action.CONFIRM_CLUSTER: Rule(*_CLUSTER, ("state", "confirmed"), settles=(Case.Kind.CLUSTER,)),
    Action.DISSOLVE_CLUSTER: Rule(*_CLUSTER, ("state", "dissolved"), settles=(Case.Kind.CLUSTER,)),
    Action.REOPEN_CLUSTER: Rule(*_CLUSTER, ("state", "found"), offered=False),
    # Notes of jurors.
    Action.HIDE_NOTE: Rule(*_NOTE, ("is_hidden", True)),
    Action.SHOW_NOTE: Rule(*_NOTE, ("is_hidden", False)),
    # Cases of any kind, and the service.
    Action.REJECT_APPEAL: Rule(*_CASE, undone_by=Action.REOPEN_CASE, grants=False, offered=False),
    Action.DISMISS_CASE: Rule(*_CASE, undone_by=Action.REOPEN_CASE, offered=False),
    Action.REOPEN_CASE: Rule(*_CASE, undone_by=Action.DISMISS_CASE, offered=False),
    Action.SET_BRAKES: Rule(
        (TargetType.SERVICE,), Power.SET_BRAKES, undone_by=Action.SET_BRAKES, offered=False
    ),
}
"""Every action, the most usual about each kind of target first."""

GRANTING = frozenset(action for action, rule in RULES.items() if rule.grants is True)
REJECTING = frozenset(action for action, rule in RULES.items() if rule.grants is False)
"""Decisions that give those who appealed what they asked for, and those that refuse it."""


def fits(action: str, target_type: str, aspect: str = "") -> bool:
    """Whether an action, also one that does not exist, is about such targets (and an `aspect`)."""
    rule = RULES.get(action)
    return rule is not None and target_type in rule.targets and aspect in ("", rule.sets[0])


def offered(target_type: str) -> list[Action]:
    """What the desk offers about such targets: what is about nothing else first."""
    found = [a for a, rule in RULES.items() if rule.offered and target_type in rule.targets]
    return [Action(a) for a in sorted(found, key=lambda a: RULES[a].targets[0] != target_type)]


def setting(aspect: str) -> dict[str, Any]:
    """The actions that set an aspect, and the value that each gives it."""
    return {str(action): rule.sets[1] for action, rule in RULES.items() if rule.sets[0] == aspect}


def action_for(aspect: str, value: Any) -> str:
    """The action after which `aspect` is `value`; any channel but none is named."""
    wanted = NAMED if aspect == "channel" and value else value
    return next(action for action, given in setting(aspect).items() if given == wanted)


def names_sql(aspect: str) -> str:
    """The actions that set an aspect, as a list of SQL."""
    return "(" + ", ".join(f"'{action}'" for action in setting(aspect)) + ")"


def value_sql(action: str, aspect: str) -> str:
    """SQL for the value that the `action`, an expression of SQL, gives an aspect.

    The value is text, or a boolean; null where the action is, or sets the aspect to None.
    """
    given = {
        name: str(value).lower() if isinstance(value, bool) else f"'{value}'"
        for name, value in setting(aspect).items()
        if value is not None
    }
    whens = " ".join(f"WHEN '{name}' THEN {value}" for name, value in given.items())
    return f"CASE {action} {whens} END"
