"""The writes of facts. Each is one transaction that also leaves its dirty marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from realtube.common import metrics
from votes import sql
from votes.models import Action, Decision, DirtyVideo, TargetType, Vote, Voter
from votes.networks import origin_of


@dataclass(frozen=True)
class Ballot:
    """What one vote says, validated. `handle` is in its normal form."""

    voter_id: str
    video_id: str
    category: str
    client_name: str = ""
    client_version: str = ""
    channel_id: str | None = None
    handle: str | None = None
    is_short: bool | None = None


def cast_vote(ballot: Ballot, *, address: str) -> float:
    """Store a voter's opinion; a second vote on the same video replaces the first.

    `address` is the client's, of which only pseudonyms are kept; empty if unknown. Returns the
    voter's trust, 0-1. One round trip and one commit.
    """
    origin = origin_of(address, video_id=ballot.video_id)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.CAST,
            {
                "voter": ballot.voter_id,
                "video": ballot.video_id,
                "category": ballot.category,
                "ip": origin.ip,
                "prefix": origin.prefix,
                "voice": origin.voice,
                "voice_before": origin.voice_before,
                "client_name": ballot.client_name,
                "client_version": ballot.client_version,
                "channel_id": ballot.channel_id,
                "handle": ballot.handle,
                "is_short": ballot.is_short,
            },
        )
        (trust,) = cursor.fetchone()
    metrics.VOTES.labels(category=ballot.category).inc()
    return float(trust)


def retract_vote(*, voter_id: str, video_id: str) -> bool:
    """Withdraw a voter's vote; False if there is none. The row stays, and weighs nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql.RETRACT, {"voter": voter_id, "video": video_id})
        return bool(cursor.fetchone()[0])


@transaction.atomic
def erase_voter(voter_id: str) -> bool:
    """Delete a voter and all votes; votes on locked videos stay without identity (CONTRACT 9).

    Returns False if nothing was stored about the voter.
    """
    # Locked first, as a vote does: one order for all writers, no deadlock.
    if not Voter.objects.select_for_update().filter(pk=voter_id).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(sql.MARK_VIDEOS_OF_VOTER, {"voter": voter_id})
        cursor.execute(sql.ANONYMISE_ON_LOCKED, {"voter": voter_id})
        cursor.execute(sql.FORGET_VOTER_IN_MARKS, {"voter": voter_id})
    Vote.objects.filter(voter_id=voter_id).delete()
    Voter.objects.filter(pk=voter_id).delete()
    return True


_VIDEO_ACTIONS = frozenset(
    {
        Action.LOCK_AI,
        Action.LOCK_HUMAN,
        Action.UNLOCK,
        Action.HIDE,
        Action.UNHIDE,
        Action.SHADOW_HIDE,
        Action.SHADOW_UNHIDE,
        Action.HOLD,
        Action.RELEASE,
    }
)
_VOTER_CHANGES: dict[str, dict[str, bool]] = {
    Action.SHADOWBAN: {"is_shadowbanned": True},
    Action.UNBAN: {"is_shadowbanned": False},
    Action.MAKE_VIP: {"is_vip": True},
    Action.REVOKE_VIP: {"is_vip": False},
}


@transaction.atomic
def decide_video(*, actor: str, action: str, video_id: str, reason: str) -> Decision:
    """Record a moderator's decision about a video and have it scored again.

    Raises `ValueError` for an action that is not about videos.
    """
    if action not in _VIDEO_ACTIONS:
        raise ValueError(f"{action} is not a decision about a video")
    DirtyVideo.objects.append([video_id])
    return Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.VIDEO,
        target_id=video_id,
        reason=reason,
    )


@transaction.atomic
def decide_voter(*, actor: str, action: str, voter_id: str, reason: str) -> Decision:
    """Ban, unban or promote a voter; every video they voted on is scored again.

    Raises `ValueError` for other actions, `Voter.DoesNotExist` for an unknown voter.
    """
    changes: dict[str, Any] | None = _VOTER_CHANGES.get(action)
    if changes is None:
        raise ValueError(f"{action} is not a decision about a voter")
    voter = Voter.objects.select_for_update().get(pk=voter_id)
    before = {name: getattr(voter, name) for name in changes}
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.VOTER,
        target_id=voter_id,
        reason=reason,
        before=before,
        after=changes,
    )
    decision.refresh_from_db(fields=["created_at"])
    Voter.objects.filter(pk=voter_id).update(
        **changes,
        standing_changed_at=decision.created_at,
        ban_reason=reason if action == Action.SHADOWBAN else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.MARK_VIDEOS_OF_VOTER, {"voter": voter_id})
    return decision
