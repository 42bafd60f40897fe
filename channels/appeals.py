"""Appeals: somebody asks that a video or a channel be looked at again (CONTRACT 6.15)."""

from __future__ import annotations

from typing import Any

from channels.models import Channel
from realtube.common import addresses, errors, throttling
from realtube.common.fields import timestamp
from videos.models import Video
from votes import services
from votes.models import Action, Appeal, Case, TargetType

REASON_MAX = 2000
CONTACT_MAX = 254
GRANTED = frozenset({Action.LOCK_HUMAN, Action.CLEAR_CHANNEL})
REJECTED = frozenset({Action.LOCK_AI, Action.FLAG_CHANNEL, Action.REJECT_APPEAL})


def limits_of(client: str) -> list[throttling.Limit]:
    """What one appeal counts against: its network's, and everybody's appeals of a day."""
    return [
        throttling.Limit("appeal", addresses.network_prefix(client), window_s=throttling.DAY_S),
        throttling.Limit("appeals", "everybody", window_s=throttling.DAY_S),
    ]


def submit(*, target_type: str, target_id: str, reason: str, contact: str = "") -> Appeal:
    """File an appeal about a video id, or a channel's id or `@handle`, in normal form.

    Raises `NotFound` if nothing is known about it.
    """
    if target_type == TargetType.VIDEO:
        known = Video.objects.filter(pk=target_id).exists()
    else:
        channel = Channel.objects.known_as(target_id)
        known = channel is not None
        target_id = channel.key if channel else target_id
    if not known:
        raise errors.NotFound(f"Nothing is known about this {target_type}.")
    return services.file_appeal(
        target_type=target_type, target_id=target_id, reason=reason, contact=contact
    )


def appeal_object(token: str) -> dict[str, Any]:
    """Where an appeal stands. Raises `NotFound` for a token that nobody was given."""
    appeal = Appeal.objects.select_related("case").filter(pk=token).first()
    if appeal is None:
        raise errors.NotFound("There is no appeal with this token.")
    case = appeal.case
    result = {
        "token": token,
        "targetType": case.target_type,
        "targetId": case.target_id,
        "state": _STATES[case.state],
        "submittedAt": timestamp(appeal.created_at),
    }
    if case.closed_at:
        result["decidedAt"] = timestamp(case.closed_at)
        result["outcome"] = (
            "granted"
            if case.outcome in GRANTED
            else "rejected"
            if case.outcome in REJECTED
            else "settled"
        )
        if appeal.answer:
            result["answer"] = appeal.answer
    return result


_STATES: dict[str, str] = {
    Case.State.OPEN: "open",
    Case.State.CLAIMED: "in_review",
    Case.State.CLOSED: "decided",
}
