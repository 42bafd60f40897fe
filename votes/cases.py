"""Who works on a case: taken by one moderator, decided or given back in time."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from votes.decisions import Refused
from votes.models import Case, CaseQuerySet

_NOBODYS = {"state": Case.State.OPEN, "assignee": None, "claimed_at": None}


@transaction.atomic
def claim(case_id: int, *, actor: str) -> Case:
    """Make a case one's own, from now on for `CLAIM_LASTS`.

    Raises `Refused` if it is closed or another's.
    """
    case = lock(case_id, actor=actor)
    Case.objects.filter(pk=case.pk).update(
        state=Case.State.CLAIMED, assignee=actor, claimed_at=Now()
    )
    case.refresh_from_db()
    return case


@transaction.atomic
def claim_next(*, actor: str, after: int = 0) -> Case | None:
    """The oldest case that nobody has, behind number `after`, or if there is none, before it.

    One that is being claimed is passed, and so is `after` itself. Returns None if there is none.
    """
    return_lapsed()
    waiting = Case.objects.filter(state=Case.State.OPEN).select_for_update(skip_locked=True)
    for part in (waiting.filter(pk__gt=after), waiting.filter(pk__lt=after)):
        case = part.order_by("pk").first()
        if case:
            return claim(case.pk, actor=actor)
    return None


@transaction.atomic
def return_lapsed(cases: CaseQuerySet | None = None) -> int:
    """Give back to everybody what was taken and not decided in time, of `cases` or all; how many.

    One that is being decided right now is left alone.
    """
    waiting = (Case.objects.all() if cases is None else cases).lapsed()
    found = waiting.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)
    return Case.objects.filter(pk__in=list(found)).update(**_NOBODYS)


@transaction.atomic
def give_back(case_id: int, *, actor: str) -> Case:
    """Give a case back to everybody, also one that somebody else has left lying."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state == Case.State.CLOSED:
        raise Refused(_closed(case))
    Case.objects.filter(pk=case.pk).update(**_NOBODYS)
    case.refresh_from_db()
    return case


def lock(case_id: int, *, actor: str) -> Case:
    """The case, locked, if `actor` may decide it now.

    Raises `Refused` if it is closed or another's, `Case.DoesNotExist`.
    """
    return_lapsed(Case.objects.filter(pk=case_id))
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state == Case.State.CLOSED:
        raise Refused(_closed(case))
    if case.assignee not in (None, actor):
        raise Refused(
            f"{case.assignee} is working on this case until {case.claim_ends:%H:%M} UTC. Nothing "
            "was changed; take the next one, or ask them to return it."
        )
    return case


def _closed(case: Case) -> str:
    made = case.decision
    if made is None:
        return f"This case is closed already: {case.outcome}. Nothing was changed."
    by = f"{made.actor} ({made.get_action_display()})"
    return f"This case was decided already by {by}. Nothing was changed."
