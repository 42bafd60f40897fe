"""Cases: opened for a person, taken by one moderator, decided or given back in time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from votes import sql
from votes.models import Action, Case, CaseQuerySet, Decision, FirstOfTwo, TargetType
from votes.moderation.actions import RULES, Refused

REST = timedelta(days=30)
"""How long after a decision no case about the same is opened."""
RESOLVED_ITSELF = "resolved itself"

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
def claim_next(*, actor: str, after: int = 0, **among: str) -> Case | None:
    """The first of the queue that nobody has, behind number `after`, or if none, before it.

    One that is being claimed is passed, and so is `after` itself; `among` may name the `kind` and
    the `target_type`. One that `actor` has decided as the first of two is passed, too. Returns None
    if there is none.
    """
    return_lapsed()
    later = Decision.objects.filter(
        target_type=OuterRef("case__target_type"),
        target_id=OuterRef("case__target_id"),
        created_at__gt=OuterRef("made_at"),
    )
    # What a second moderator must agree to is nothing for the first.
    mine = FirstOfTwo.objects.filter(~Exists(later), case=OuterRef("pk"), actor=actor)
    waiting = Case.objects.filter(~Exists(mine), state=Case.State.OPEN, **among).select_for_update(
        skip_locked=True
    )
    before, behind = waiting.around(after)
    for part in (behind, before):
        case = part.first()
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


def open_cases(
    kind: Case.Kind,
    target_type: TargetType,
    evidence: Mapping[str, Mapping[str, Any]],
    *,
    rest: timedelta | None = None,
) -> None:
    """Ask a person to look at these targets; what was decided on the same evidence stays closed.

    With `rest`, so does for that long whatever somebody has decided about.
    """
    if evidence:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.OPEN_CASES,
                {
                    "kind": kind,
                    "target_type": target_type,
                    "targets": list(evidence),
                    "evidence": [json.dumps(found) for found in evidence.values()],
                    "rest_s": rest.total_seconds() if rest else None,
                },
            )


def close_pointless_cases(kind: Case.Kind, target_type: TargetType, targets: Iterable[str]) -> None:
    """Close what has resolved itself about these targets, unless somebody works on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.CLOSE_CASES,
            {
                "kind": kind,
                "target_type": target_type,
                "targets": list(targets),
                "outcome": RESOLVED_ITSELF,
            },
        )


def close_cases(
    kind: Case.Kind, target_type: TargetType, targets: Iterable[str], decision: Decision
) -> None:
    """Close what is open about these targets, by a decision."""
    concerned = Case.objects.filter(
        kind=kind, target_type=target_type, target_id__in=list(targets)
    ).exclude(state=Case.State.CLOSED)
    close(concerned.select_for_update(), decision)


def settle(decision: Decision, targets: Iterable[str]) -> None:
    """Close the cases of the kinds that such a decision settles (`actions.RULES`)."""
    for kind in RULES[decision.action].settles:
        close_cases(kind, TargetType(decision.target_type), targets, decision)


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


@transaction.atomic
def dismiss_case(
    *, actor: str, case_id: int, reason: str, reverses: Decision | None = None
) -> Decision:
    """Close a case that asks for nothing; of an appeal, that is to reject it."""
    case = lock(case_id, actor=actor)
    appeal = case.kind == Case.Kind.APPEAL
    action = Action.REJECT_APPEAL if appeal else Action.DISMISS_CASE
    return decide(action, case, actor=actor, reason=reason, reverses=reverses)


@transaction.atomic
def reopen_case(*, actor: str, reason: str, reverses: Decision) -> Decision:
    """Have somebody look again at what was dismissed. Raises `Refused` if it is open already."""
    case = Case.objects.select_for_update().filter(decision=reverses).first()
    if case is None:
        raise Refused("The case is open again already.")
    decision = _about_case(Action.REOPEN_CASE, case, actor=actor, reason=reason, reverses=reverses)
    reopen(reverses)
    return decision


def decide(
    action: Action, case: Case, *, actor: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Record a decision that closes a case, and changes nothing about its target."""
    decision = _about_case(action, case, actor=actor, reason=reason, reverses=reverses)
    close([case], decision)
    return decision


def _about_case(
    action: Action, case: Case, *, actor: str, reason: str, reverses: Decision | None = None
) -> Decision:
    closes = action != Action.REOPEN_CASE
    return Decision.objects.create(
        actor=actor,
        action=action,
        target_type=case.target_type,
        target_id=case.target_id,
        reason=reason,
        before={"case": case.pk, "state": case.state},
        after={"case": case.pk, "state": Case.State.CLOSED if closes else Case.State.OPEN},
        reverses=reverses,
    )
