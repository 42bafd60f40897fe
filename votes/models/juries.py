"""Jurors, what they are asked and say, the panels that decide, and the log of draws.

docs/juries.md tells how it works. Nothing here says what somebody watched: jurors are asked about
videos that the server chose.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from common import ids
from votes.juries.rule import Outcome, Side
from votes.models.decisions import TARGET_MAX, TargetType
from votes.models.voters import AI_CATEGORIES, Voter

QUESTION_ID_LENGTH = 32
CHANNEL_VIDEOS = 5
"""Videos of a channel that one question shows."""
_AI_KINDS = [(kind, kind) for kind in AI_CATEGORIES]


def _number() -> int:
    """A number nobody can guess, which says nothing of who came when."""
    return secrets.randbits(62)


def _question_id() -> str:
    return "q" + secrets.token_hex(QUESTION_ID_LENGTH // 2)[1:]


class Answer(models.TextChoices):
    """What a juror can say of a question."""

    AI = "ai"
    PARTLY = "partly"
    HUMAN = "human"
    UNSURE = "unsure"


class Juror(models.Model):
    """A voter who agreed to be asked.

    `number` is how the log of draws calls them, and means nothing once this row is gone.
    `is_rooted`, `sensitivity` and `specificity` follow from their answers, each night
    (`votes.juries.standing`). `voice` labels the network that they were last seen on, by the key of
    `period`, `voice_before` the same by the key before it; both go 30 days after `seen_at`.
    """

    voter = models.OneToOneField(
        Voter, on_delete=models.CASCADE, primary_key=True, related_name="juror"
    )
    number = models.BigIntegerField(unique=True, default=_number)
    enrolled_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    period = models.PositiveIntegerField(null=True)
    voice = models.CharField(max_length=32, null=True, db_collation="C")
    voice_before = models.CharField(max_length=32, null=True, db_collation="C")
    is_rooted = models.BooleanField(db_default=False)
    sensitivity = models.FloatField(null=True)
    specificity = models.FloatField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["number"], condition=models.Q(is_rooted=True), name="juror_rooted"
            ),
        ]

    def __str__(self) -> str:
        return self.voter_id


class GoldItem(models.Model):
    """A video whose truth moderators have settled, by which jurors are measured.

    Published ones are for training rounds; `is_secret` ones are mixed into real questions, and
    turn published once `used` so many times (`votes.juries.gold`). `kind` is the kind of AI.
    """

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, unique=True, db_collation="C")
    truth = models.CharField(
        max_length=8, choices=[(side.value, side.value) for side in (Side.AI, Side.HUMAN)]
    )
    kind = models.CharField(max_length=16, null=True, blank=True, choices=_AI_KINDS)
    is_secret = models.BooleanField()
    since = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)
    used = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(truth="ai") | models.Q(truth="human", kind=None),
                name="gold_has_a_kind_of_ai_only",
            )
        ]

    def __str__(self) -> str:
        return self.video_id


class Panel(models.Model):
    """A question that jurors decide: about a video, or a channel by some of its videos.

    `target_id` is a video's id or a channel's key, `channel` the key of the channel that it was
    of when it was opened, if any. Batches of jurors are drawn until `outcome`; `batch_ends_at` is
    when the running one is counted, None before the first. `drawn` counts all who were asked;
    `said_ai` and `said_human` the answers that decided. `label` is the kind of AI by majority.
    An outcome stays when those who gave it are erased.
    """

    class Cause(models.TextChoices):
        """Why it was opened."""

        SUSPECTED = "suspected"
        APPEAL = "appeal"
        CONTRADICTION = "contradiction"

    target_type = models.CharField(
        max_length=16,
        choices=[(it.value, it.label) for it in (TargetType.VIDEO, TargetType.CHANNEL)],
    )
    target_id = models.CharField(max_length=TARGET_MAX, db_collation="C")
    videos = ArrayField(models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C"))
    channel = models.CharField(max_length=ids.HANDLE_MAX + 1, null=True, db_collation="C")
    cause = models.CharField(max_length=16, choices=Cause)
    opened_at = models.DateTimeField(db_default=Now())
    batch = models.PositiveSmallIntegerField(db_default=0)
    batch_ends_at = models.DateTimeField(null=True)
    drawn = models.PositiveSmallIntegerField(db_default=0)
    outcome = models.CharField(
        max_length=16,
        choices=[(it.value, it.value) for it in Outcome],
        db_default=Outcome.OPEN.value,
        db_collation="C",
    )
    label = models.CharField(max_length=16, null=True, choices=_AI_KINDS)
    said_ai = models.PositiveSmallIntegerField(db_default=0)
    said_human = models.PositiveSmallIntegerField(db_default=0)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["target_type", "target_id"],
                condition=models.Q(outcome="open"),
                name="panel_one_open_per_target",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="open", decided_at=None)
                | (~models.Q(outcome="open") & models.Q(decided_at__isnull=False)),
                name="panel_is_decided_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["target_id", "target_type", "-id"], name="panel_of_target"),
            models.Index(
                fields=["batch_ends_at"], condition=models.Q(outcome="open"), name="panel_open"
            ),
            models.Index(
                fields=["decided_at"],
                include=["drawn", "said_ai", "said_human"],
                condition=~models.Q(outcome="open"),
                name="panel_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"panel {self.pk} on {self.target_id}"


class Question(models.Model):
    """What one juror is asked, and what they said: of a panel, or of gold.

    Questions of a training `round` are answered at leisure. All others take one of the few places
    (`slot`) of a `day` of the juror's, until `closes_at`. `voice` labels the network that answered,
    and means something on this panel alone. A question that closed without an answer is deleted.
    """

    id = models.CharField(
        max_length=QUESTION_ID_LENGTH, primary_key=True, default=_question_id, db_collation="C"
    )
    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="questions")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, null=True, related_name="questions")
    gold = models.ForeignKey(
        GoldItem, on_delete=models.PROTECT, null=True, related_name="questions"
    )
    round = models.PositiveIntegerField(null=True)
    day = models.DateField(null=True)
    slot = models.PositiveSmallIntegerField(null=True)
    asked_at = models.DateTimeField(db_default=Now())
    closes_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=8, choices=Answer, null=True, db_collation="C")
    kind = models.CharField(max_length=16, choices=_AI_KINDS, null=True, db_collation="C")
    answered_at = models.DateTimeField(null=True)
    voice = models.CharField(max_length=32, null=True, db_collation="C")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["juror", "panel"], name="question_once_a_panel"),
            models.UniqueConstraint(fields=["juror", "gold"], name="question_once_a_gold_item"),
            # Whatever schedulers do at once, or a clock: no place of a day is given twice.
            models.UniqueConstraint(fields=["juror", "day", "slot"], name="question_of_a_day"),
            models.CheckConstraint(
                condition=models.Q(panel=None, gold__isnull=False)
                | models.Q(panel__isnull=False, gold=None),
                name="question_of_a_panel_or_gold",
            ),
            models.CheckConstraint(
                condition=models.Q(round__isnull=False, day=None, slot=None)
                | models.Q(round=None, day__isnull=False, slot__gte=1),
                name="question_of_a_round_or_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(answer=None, answered_at=None)
                | models.Q(answer__in=Answer.values, answered_at__isnull=False),
                name="question_answered_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["closes_at"],
                condition=models.Q(answer=None, closes_at__isnull=False),
                name="question_unanswered",
            ),
            models.Index(
                fields=["juror", "answered_at"],
                condition=models.Q(answer__isnull=False),
                name="question_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.pk


class GoldLeft(models.Model):
    """The one row of how far secret gold is used up by rooted jurors, as a worker counted it: see
    `votes.juries.wear.Left`. Of tens of thousands of jurors no page can wait for it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    of = models.PositiveIntegerField()
    jurors = models.PositiveIntegerField()
    least = models.IntegerField()
    median = models.IntegerField()
    a_day = models.FloatField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="gold_left_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.least} of {self.of}"


class Draw(models.Model):
    """What a run of draws began with. Append-only, by triggers; see `votes.juries.audit`.

    Of each juror who could be asked, in the order of the draw: their `jurors` number, the number of
    their voice (equal ones are one), and how many questions they had `left`.
    """

    drawn_at = models.DateTimeField(db_default=Now())
    seed = models.BinaryField()
    jurors = ArrayField(models.BigIntegerField())
    voices = ArrayField(models.PositiveIntegerField())
    left = ArrayField(models.PositiveSmallIntegerField())

    def __str__(self) -> str:
        return f"draw {self.pk}"


class DrawnBatch(models.Model):
    """One question of a draw, in the order of their ids: who could not be asked, and who was.

    `barred` are numbers of jurors, `taken` numbers of voices that sit on the panel already.
    Append-only, by triggers.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="batches")
    panel = models.ForeignKey(
        Panel, on_delete=models.PROTECT, related_name="batches", db_index=False
    )
    batch = models.PositiveSmallIntegerField()
    size = models.PositiveSmallIntegerField()
    barred = ArrayField(models.BigIntegerField())
    taken = ArrayField(models.PositiveIntegerField())
    picks = ArrayField(models.BigIntegerField())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "batch"], name="drawn_batch_once"),
        ]

    def __str__(self) -> str:
        return f"batch {self.batch} of panel {self.panel_id}"
