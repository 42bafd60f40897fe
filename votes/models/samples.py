"""The monthly blind sample: what juries decided, looked at by moderators who are not told how.

docs/juries.md#the-monthly-sample tells how it is drawn, answered and published.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from common import ids
from votes.juries.rule import Side
from votes.models.juries import Answer, Panel
from votes.models.voters import AI_CATEGORIES

_SIDES = [(side.value, side.value) for side in (Side.AI, Side.HUMAN)]


class Sample(models.Model):
    """What is drawn of one month's decisions: `month` is its first day.

    `of_ai` and `of_human` are how many there were, `wanted_ai` and `wanted_human` how many are to
    be answered. The order follows from `seed` (`channels.samples.facts.draw`). Once it is closed
    its rates (`ErrorRate`) are written down, and nothing more is answered.
    """

    month = models.DateField(primary_key=True)
    seed = models.BinaryField()
    of_ai = models.PositiveIntegerField()
    of_human = models.PositiveIntegerField()
    wanted_ai = models.PositiveIntegerField()
    wanted_human = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["month"], condition=models.Q(closed_at=None), name="sample_is_open"
            )
        ]

    def __str__(self) -> str:
        return f"sample of {self.month:%Y-%m}"


class SampleItem(models.Model):
    """One decision of a sample, and the video that moderators look at; of a channel one of its own.

    In the order of `place`, from 0 on each `side`, the first that are not set aside are asked: some
    more are drawn than are wanted. Set aside is what a moderator has decided about since, who knows
    more than a stranger. `verdict` is what moderators said, `unsure` if they could not tell or
    agree.
    """

    sample = models.ForeignKey(
        Sample, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="samples")
    side = models.CharField(max_length=8, choices=_SIDES, db_collation="C")
    place = models.PositiveIntegerField()
    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    set_aside_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    verdict = models.CharField(
        max_length=8, choices=[(side.value, side.value) for side in Side], null=True
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "side", "place"], name="sample_item_place"),
            models.CheckConstraint(
                condition=models.Q(verdict=None, settled_at=None)
                | models.Q(verdict__isnull=False, settled_at__isnull=False),
                name="sample_item_is_settled_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.video_id


class SampleAnswer(models.Model):
    """What a moderator said of an item. The name goes when the sample is closed."""

    item = models.ForeignKey(
        SampleItem, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    moderator = models.CharField(max_length=150, null=True)
    answer = models.CharField(max_length=8, choices=Answer, db_collation="C")
    kind = models.CharField(
        max_length=16, choices=[(kind, kind) for kind in AI_CATEGORIES], null=True
    )
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "moderator"], name="sample_answer_once")
        ]

    def __str__(self) -> str:
        return self.answer


class ErrorRate(models.Model):
    """What a closed sample found of one side. Append-only: triggers refuse any change.

    `decided` decisions, `asked` of them, `set_aside` before that; of those that were `answered`,
    `wrong` ones, besides `unclear` ones. `rate`, `low` and `high`, 0-1, are None where too few
    were answered.
    """

    sample = models.ForeignKey(
        Sample, on_delete=models.PROTECT, related_name="rates", db_index=False
    )
    side = models.CharField(max_length=8, choices=_SIDES, db_collation="C")
    decided = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    unclear = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()
    rate = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "side"], name="error_rate_once_a_side"),
            models.CheckConstraint(
                condition=models.Q(wrong__lte=models.F("answered")), name="error_rate_of_answers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.wrong} of {self.answered}"
