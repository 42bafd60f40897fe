"""What a person must look at, and who has asked for that."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Extract, Ln, Now
from django.utils import timezone

from common import ids
from votes.models.decisions import TARGET_MAX, Decision, TargetType

CLAIM_LASTS = timedelta(minutes=30)
"""How long a case is its moderator's alone who has taken it."""
_DAY_S = 86_400.0


def _doublings(field: str) -> Any:
    return Ln(F(field) + 1) / log(2)


# A point for each doubling of those concerned, and of the channel's videos, and for each day that
# a case waits. Age alone changes it with time, and that of all cases alike: so what is stored is
# in order whatever the time is.
_RANK = _doublings("affected") + _doublings("size") - Extract("opened_at", "epoch") / _DAY_S


class CaseQuerySet(models.QuerySet["Case"]):
    """Named reads."""

    def lapsed(self) -> Self:
        """Taken by somebody who has not decided it in time, or by a clock that was corrected."""
        taken = self.filter(state=Case.State.CLAIMED).alias(
            taken=Coalesce("claimed_at", "opened_at")
        )
        return taken.exclude(taken__gt=Now() - CLAIM_LASTS, taken__lt=Now() + CLAIM_LASTS)

    def queued(self) -> Self:
        """In the order of the desk's queue: what harms most first (`Case.rank`)."""
        return self.order_by("-rank", "pk")

    def around(self, number: int) -> tuple[Self, Self]:
        """The queue before and behind the case with this number; all is behind where none is."""
        queue = self.queued()
        at = Case.objects.filter(pk=number).values_list("rank", flat=True).first()
        if at is None:
            return queue.none(), queue
        before = Q(rank__gt=at) | Q(rank=at, pk__lt=number)
        behind = Q(rank__lt=at) | Q(rank=at, pk__gt=number)
        return queue.filter(before), queue.filter(behind)

    def held_by(self, actor: str) -> Self:
        """What somebody has taken and not decided yet."""
        return self.filter(state=Case.State.CLAIMED, assignee=actor)


class Case(models.Model):
    """Something a person must look at.

    Claimed, it is one moderator's for `CLAIM_LASTS` from `claimed_at`, then everybody's again.
    `affected` is how many people are known to be concerned, `size` how many videos the channel
    has, as a worker counted last (`desk.casework.queue`); by these and its age it has its `rank`.
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

    affected = models.PositiveIntegerField(db_default=0)
    size = models.PositiveIntegerField(db_default=0)
    rank = models.GeneratedField(
        expression=_RANK, output_field=models.FloatField(), db_persist=True
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
            models.Index(
                fields=["-rank", "id"],
                condition=~models.Q(state="closed"),
                name="case_queued",
            ),
            models.Index(fields=["target_type", "target_id"], name="case_target"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.target_id}"

    @property
    def claim_ends(self) -> datetime:
        """Until when it is its assignee's alone."""
        return (self.claimed_at or self.opened_at) + CLAIM_LASTS

    @property
    def points(self) -> list[tuple[str, int, float]]:
        """What its place in the queue is made of: in words, the number, and the points for it."""
        waited_s = (self.closed_at or timezone.now()) - self.opened_at
        days = waited_s.total_seconds() / _DAY_S
        return [
            ("people concerned", self.affected, log(self.affected + 1, 2)),
            ("videos of the channel", self.size, log(self.size + 1, 2)),
            ("days waiting", int(days), days),
        ]

    @property
    def harm(self) -> float:
        """All its points."""
        return sum(points for _, _, points in self.points)


class Appeal(models.Model):
    """Somebody's request to look at a video or channel again; its case has the state.

    Anybody who has the `token` may follow it. `answer` is the moderator's reply. `contact`
    goes 30 days after the case was closed; no address is kept. `channel` is the key of the channel
    that it was about, as it was known then: what one owner asks is found by it.
    """

    token = models.CharField(max_length=32, primary_key=True, db_collation="C")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="appeals")
    reason = models.TextField()
    contact = models.TextField(db_default="", blank=True)
    answer = models.TextField(db_default="", blank=True)
    channel = models.CharField(
        max_length=ids.HANDLE_MAX + 1, db_default="", blank=True, db_collation="C"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="appeal_has_a_reason")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "created_at"],
                condition=~models.Q(channel=""),
                name="appeal_of_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal of {self.created_at:%Y-%m-%d}"
