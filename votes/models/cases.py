"""What a person must look at, and who has asked for that."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now

from votes.models.decisions import TARGET_MAX, Decision, TargetType
from votes.models.reports import ReportedChannel

CLAIM_LASTS = timedelta(hours=2)
"""How long a case is its moderator's alone who has taken it."""
_NOTHING = Value(Decimal(0), models.DecimalField())


class CaseQuerySet(models.QuerySet["Case"]):
    """Named reads."""

    def lapsed(self) -> Self:
        """Taken by somebody who has not decided it in time, or by a clock that was corrected."""
        taken = self.filter(state=Case.State.CLAIMED).alias(
            taken=Coalesce("claimed_at", "opened_at")
        )
        return taken.exclude(taken__gt=Now() - CLAIM_LASTS, taken__lt=Now() + CLAIM_LASTS)

    def queued(self) -> Self:
        """In the order of the desk's queue, which is that of `reports` from above, then of age.

        `reports` is the weight of those who report the channel that a case is about, else 0.
        """
        weight = ReportedChannel.objects.filter(key=OuterRef("target_id")).values("weight")
        about_a_channel = models.When(
            target_type=TargetType.CHANNEL, then=Coalesce(Subquery(weight), _NOTHING)
        )
        return self.annotate(reports=models.Case(about_a_channel, default=_NOTHING)).order_by(
            "-reports", "pk"
        )

    def around(self, number: int) -> tuple[Self, Self]:
        """The queue before and behind the case with this number; all is behind where none is."""
        queue = self.queued()
        case: Any = Case.objects.filter(pk=number).queued().first()
        if case is None:
            return queue.none(), queue
        at = case.reports
        before = Q(reports__gt=at) | Q(reports=at, pk__lt=number)
        behind = Q(reports__lt=at) | Q(reports=at, pk__gt=number)
        return queue.filter(before), queue.filter(behind)

    def held_by(self, actor: str) -> Self:
        """What somebody has taken and not decided yet."""
        return self.filter(state=Case.State.CLAIMED, assignee=actor)


class Case(models.Model):
    """Something a person must look at.

    Claimed, it is one moderator's for `CLAIM_LASTS` from `claimed_at`, then everybody's again.
    """

    class Kind(models.TextChoices):
        """Why it was opened."""

        BURST = "burst"
        DISPUTE = "dispute"
        APPEAL = "appeal"
        CLUSTER = "cluster"
        CLAIM_CONFLICT = "claim_conflict"
        TIE = "tie"
        MEASUREMENT = "measurement"
        REPORTS = "reports"
        UNDECIDED = "undecided"
        SAMPLE = "sample"

    class State(models.TextChoices):
        """Whether it waits, is taken by a moderator, or is closed."""

        OPEN = "open"
        CLAIMED = "claimed"
        CLOSED = "closed"

    kind = models.CharField(max_length=16, choices=Kind)
    target_type = models.CharField(max_length=16, choices=TargetType)
    target_id = models.CharField(max_length=TARGET_MAX, db_collation="C")
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, db_default=State.OPEN)
    assignee = models.CharField(max_length=150, null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(db_default="", blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="closed_cases"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "target_type", "target_id"],
                condition=~models.Q(state="closed"),
                name="case_one_open_per_kind_and_target",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["opened_at", "id"],
                condition=~models.Q(state="closed"),
                name="case_waiting",
            ),
            models.Index(fields=["target_type", "target_id"], name="case_target"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.target_id}"

    @property
    def claim_ends(self) -> datetime:
        """Until when it is its assignee's alone."""
        return (self.claimed_at or self.opened_at) + CLAIM_LASTS


class Appeal(models.Model):
    """Somebody's request to look at a video or channel again; its case has the state.

    Anybody who has the `token` may follow it. `answer` is the moderator's reply. `contact`
    goes 30 days after the case was closed; no address is kept.
    """

    token = models.CharField(max_length=32, primary_key=True, db_collation="C")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="appeals")
    reason = models.TextField()
    contact = models.TextField(db_default="", blank=True)
    answer = models.TextField(db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="appeal_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"appeal of {self.created_at:%Y-%m-%d}"
