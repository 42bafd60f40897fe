"""Moderators' warnings to voters, and which of them were read."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Coalesce, Now

from votes.models import Action, Decision, TargetType, Voter, VoterWarning
from votes.moderation.actions import Refused

WARNING_MAX = 2000


@transaction.atomic
def warn_voter(
    *, actor: str, voter_id: str, reason: str, reverses: Decision | None = None
) -> VoterWarning:
    """Warn a voter about what they did wrong; it changes nothing about their votes.

    The voter reads `reason` (1-`WARNING_MAX` characters). Raises `ValidationError` for one that
    is empty or too long, `Voter.DoesNotExist` for an unknown voter.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= WARNING_MAX:
        raise ValidationError({"reason": f"A reason of 1-{WARNING_MAX} characters is required."})
    # Locked, so that nobody is warned while being erased.
    voter = Voter.objects.select_for_update().get(pk=voter_id)
    warning = VoterWarning.objects.create(voter=voter, reason=reason)
    Decision.objects.create(
        actor=actor,
        action=Action.WARN,
        target_type=TargetType.VOTER,
        target_id=voter_id,
        reason=reason,
        after={"warning": warning.pk},
        reverses=reverses,
    )
    return warning


@transaction.atomic
def withdraw_warning(*, actor: str, reason: str, reverses: Decision) -> Decision:
    """Take back a warning; raises `Refused` if it has been taken back already."""
    warning = VoterWarning.objects.filter(pk=reverses.after["warning"]).select_for_update().first()
    if warning is None:
        raise Refused("This warning is gone: withdrawn, or its voter was erased.")
    decision = Decision.objects.create(
        actor=actor,
        action=Action.WITHDRAW_WARNING,
        target_type=TargetType.VOTER,
        target_id=warning.voter_id,
        reason=reason,
        before={"warning": warning.pk, "text": warning.reason},
        reverses=reverses,
    )
    warning.delete()
    return decision


def acknowledge_warning(*, voter_id: str, warning_id: int) -> bool:
    """Note that the voter has read a warning, the first time; False if they have none such."""
    found = VoterWarning.objects.filter(pk=warning_id, voter_id=voter_id)
    return bool(found.update(acknowledged_at=Coalesce("acknowledged_at", Now())))
