"""Decisions about videos, channels and voters: their state by the log, and new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from common.db import execute
from common.locks import wait_for_name
from votes import holds, sql
from votes.models import AI_CATEGORIES, Action, Decision, DirtyVideo, TargetType, Voter
from votes.moderation import cases
from votes.moderation.actions import RULES, fits
from votes.observations import facts as observations
from votes.reports import facts as reports

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


def serialise(target_type: str, keys: Iterable[str]) -> None:
    """Let decisions about one target wait for each other until the transaction ends."""
    for key in sorted(keys):
        wait_for_name(f"decision:{target_type}:{key}")


def standing(target_type: str, keys: Iterable[str]) -> dict[str, Any]:
    """The state of a video or channel, by all its keys, after the latest decisions."""
    of_target = Decision.objects.filter(target_type=target_type, target_id__in=list(keys))
    latest = of_target.order_by("action", "-id").distinct("action")
    decided = dict(_UNDECIDED)
    for _, action, after in sorted(latest.values_list("id", "action", "after")):
        aspect, value = RULES[action].sets
        if aspect == "lock":
            decided.pop("category", None)
        if action in (Action.NAME_CHANNEL, Action.LOCK_AI):
            decided |= after
        elif aspect:
            decided[aspect] = value
    return decided


@transaction.atomic
def decide_video(
    *,
    actor: str,
    action: str,
    video_id: str,
    reason: str,
    channel: str = "",
    category: str = "",
    reverses: Decision | None = None,
    part_of: Decision | None = None,
) -> Decision:
    """Record a moderator's decision about a video and have it scored again.

    `name_channel` says that the video is that of `channel`, an id or `@handle` in normal form;
    `lock_ai` may say which kind of AI it is (`category`). Otherwise as `decide_target`.
    """
    if bool(channel) != (action == Action.NAME_CHANNEL):
        raise ValueError(f"{action} lacks its channel, or has one")
    if category and (action != Action.LOCK_AI or category not in AI_CATEGORIES):
        raise ValueError(f"{action} cannot say that it is {category}")
    DirtyVideo.objects.append([video_id])
    return decide_target(
        TargetType.VIDEO,
        [video_id],
        actor=actor,
        action=action,
        target_id=video_id,
        reason=reason,
        says={
            **({"channel": channel} if channel else {}),
            **({"category": category} if category else {}),
        },
        reverses=reverses,
        part_of=part_of,
    )


@transaction.atomic
def decide_target(
    target_type: TargetType,
    keys: Sequence[str],
    *,
    actor: str,
    action: str,
    target_id: str,
    reason: str,
    says: Mapping[str, Any],
    reverses: Decision | None,
    part_of: Decision | None = None,
) -> Decision:
    """Record a decision about a video or channel, by all its keys, and close what it settles.

    The caller marks the target as dirty. `release` also says that a burst of newcomers was
    genuine: their votes count in full. `says` is added to what the log has as `after`. `reverses`
    is the decision that this takes back, `part_of` the one about many that it carries out. Raises
    `ValueError` for an action that is not about such targets.
    """
    if not fits(action, target_type):
        raise ValueError(f"{action} is not a decision about a {target_type}")
    serialise(target_type, keys)
    aspect, value = RULES[action].sets
    bursts = holds.changed_by(action, keys, reverses)
    stood = standing(target_type, keys)
    before = {aspect: stood[aspect]}
    if aspect == "lock" and "category" in stood:
        before["category"] = stood["category"]
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=target_type,
        target_id=target_id,
        reason=reason,
        before={**before, **bursts.before},
        after={aspect: value, **bursts.after, **says},
        reverses=reverses,
        part_of=part_of,
    )
    holds.settle(bursts, keys, decision)
    cases.settle(decision, keys)
    return decision


@transaction.atomic
def decide_voter(
    *, actor: str, action: str, voter_id: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Ban, unban or promote a voter, or pause them as a juror.

    The videos they voted on are scored again, as far as it concerns them.

    Raises `ValueError` for other actions, `Voter.DoesNotExist` for an unknown voter.
    """
    if not fits(action, TargetType.VOTER) or not RULES[action].sets[0]:
        raise ValueError(f"{action} is not a decision about a voter")
    aspect, value = RULES[action].sets
    changes: dict[str, Any] = {aspect: value}
    if aspect == "is_shadowbanned":
        given = reverses.before.get("ban_reason", "") if reverses else reason
        changes["ban_reason"] = given if value else ""
    voter = Voter.objects.select_for_update().get(pk=voter_id)
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.VOTER,
        target_id=voter_id,
        reason=reason,
        before={name: getattr(voter, name) for name in changes},
        after=changes,
        reverses=reverses,
    )
    if aspect == "is_paused_juror":
        Voter.objects.filter(pk=voter_id).update(**changes)
        execute(sql.MARK_SHARED_OF_VOTERS, {"voters": [voter_id]})
        return decision
    decision.refresh_from_db(fields=["created_at"])
    Voter.objects.filter(pk=voter_id).update(**changes, standing_changed_at=decision.created_at)
    with connection.cursor() as cursor:
        cursor.execute(sql.MARK_VIDEOS_OF_VOTER, {"voter": voter_id})
    observations.mark_voters([voter_id])
    reports.mark_voters([voter_id])
    return decision
