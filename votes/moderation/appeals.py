"""Appeals: filed by anybody, answered once for everybody who asks about the same target."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models.functions import Now

from common import ids
from common.db import execute
from votes import sql
from votes.models import Action, Appeal, Case, Decision, TargetType
from votes.moderation import actions, cases

ANSWER_MAX = 2000


@transaction.atomic
def file_appeal(
    *, target_type: str, target_id: str, reason: str, contact: str = "", channel: str = ""
) -> Appeal:
    """Ask for a review of a video (id) or channel (key); all about one target share a case.

    `channel` is the key of a video's channel, if it is known.

    A case that was granted within `REST` answers at once, unless something was decided since. One
    that was rejected answers nobody else: its author need not be the creator.
    """
    target = {"target_type": target_type, "target_id": target_id}
    answered = _granted(target)
    if answered is None:
        with connection.cursor() as cursor:
            cursor.execute(sql.APPEAL_CASE, target)
            case_id, answer = cursor.fetchone()[0], None
    else:
        case_id = answered.pk
        answer = answered.appeals.exclude(answer="").values_list("answer", flat=True).first()
    return Appeal.objects.create(
        token=secrets.token_hex(16),
        case_id=case_id,
        reason=reason,
        contact=contact,
        answer=answer or "",
        channel=target_id if target_type == TargetType.CHANNEL else channel,
    )


def appeal_joins(*, target_type: str, target_id: str) -> bool:
    """Whether an appeal would be answered at once or join an open case, and begin no review."""
    target = {"target_type": target_type, "target_id": target_id}
    waiting = Case.objects.exclude(state=Case.State.CLOSED)
    return waiting.filter(kind=Case.Kind.APPEAL, **target).exists() or _granted(target) is not None


def _granted(target: Mapping[str, str]) -> Case | None:
    """The case in which appeals about a target were granted lately, if that still holds."""
    later = Decision.objects.filter(created_at__gt=models.OuterRef("closed_at"), **target)
    return (
        Case.objects.filter(
            ~models.Exists(later),
            kind=Case.Kind.APPEAL,
            outcome__in=actions.GRANTING,
            closed_at__gt=Now() - cases.REST,
            **target,
        )
        .order_by("-id")
        .first()
    )


@transaction.atomic
def answer_appeals(case_id: int, *, answer: str) -> None:
    """Give those who appealed a reason (0-`ANSWER_MAX` characters); they alone read it.

    Raises `ValidationError` for an answer that is too long.
    """
    answer = ids.plain_text(answer) or ""
    if len(answer) > ANSWER_MAX:
        raise ValidationError({"answer": f"An answer has at most {ANSWER_MAX} characters."})
    Appeal.objects.filter(case_id=case_id).update(answer=answer)


@transaction.atomic
def reject_appeal(*, actor: str, target_type: str, target_id: str, reason: str) -> Decision:
    """Close a target's appeals, nothing else. Raises `Case.DoesNotExist` if there are none."""
    case = (
        Case.objects.select_for_update()
        .exclude(state=Case.State.CLOSED)
        .get(kind=Case.Kind.APPEAL, target_type=target_type, target_id=target_id)
    )
    return cases.decide(Action.REJECT_APPEAL, case, actor=actor, reason=reason)


def forget_contacts() -> int:
    """Clear how to reach those whose appeals were answered 30 days ago; how many.

    Also addresses that nobody has confirmed in two days.
    """
    return execute(sql.FORGET_CONTACTS) + execute(sql.FORGET_ADDRESSES)
