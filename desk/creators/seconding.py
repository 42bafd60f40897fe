"""Large channels: one moderator's word does not grant their appeal, two must agree.

The first one's grant is written down and waits; it takes effect as the second one's decision.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from channels.models import Channel
from channels.services import channel_keys
from votes.models import Action, Case, Decision, FirstOfTwo, TargetType
from votes.moderation import cases
from votes.moderation.actions import GRANTING, REJECTING, Refused


class NeedsSecond(Refused):
    """A grant that waits for a second moderator, once it is written down (`propose`)."""

    def __init__(self, case: Case, action: str, reason: str, videos: int) -> None:
        super().__init__(
            f"Noted, and not done yet: {case.target_id} has {videos} reported videos, so a second "
            "moderator must agree. The case waits for one."
        )
        self.case, self.action, self.reason = case, action, reason


def require(action: str, target: tuple[str, str], *, actor: str, reason: str) -> None:
    """Let a grant about a target (its type and id) through, or have it wait.

    Raises `NeedsSecond` for the first grant of a large channel's appeal that is open, or was
    rejected lately: nobody rejects it first to clear the channel alone. No grant, no such appeal, a
    small channel, or another moderator who wants the same: nothing.
    """
    target_type, target_id = target
    least = settings.SECOND_MODERATOR_VIDEOS
    if not least or target_type != TargetType.CHANNEL or action not in GRANTING:
        return
    channel = Channel.objects.known_as(target_id)
    if channel is None or channel.total_videos < least:
        return
    case = (
        Case.objects.filter(
            ~Q(state=Case.State.CLOSED)
            | Q(outcome__in=REJECTING, closed_at__gt=Now() - cases.REST),
            kind=Case.Kind.APPEAL,
            target_type=target_type,
            target_id__in=channel_keys(channel.key),
        )
        .order_by("-pk")
        .first()
    )
    if case and not firsts(case).filter(action=action).exclude(actor=actor).exists():
        raise NeedsSecond(case, action, reason, channel.total_videos)


def firsts(case: Case) -> QuerySet[FirstOfTwo]:
    """Who would grant it; whatever was decided about the channel since makes that void."""
    later = Decision.objects.filter(
        target_type=case.target_type,
        target_id__in=channel_keys(case.target_id),
        created_at__gt=OuterRef("made_at"),
    )
    return FirstOfTwo.objects.filter(~Exists(later), case=case).order_by("pk")


@transaction.atomic
def propose(waits: NeedsSecond, *, actor: str) -> None:
    """Write a first grant down, and give its case back to everybody."""
    FirstOfTwo.objects.update_or_create(
        case=waits.case,
        actor=actor,
        defaults={"action": Action(waits.action), "reason": waits.reason, "made_at": Now()},
    )
    taken = Case.objects.filter(pk=waits.case.pk, state=Case.State.CLAIMED, assignee=actor)
    taken.update(state=Case.State.OPEN, assignee=None, claimed_at=None)


def withdraw(case_id: int, *, actor: str) -> bool:
    """Take a first grant back; whether there was one."""
    return bool(FirstOfTwo.objects.filter(case_id=case_id, actor=actor).delete()[0])
