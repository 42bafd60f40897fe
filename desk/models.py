"""What the desk itself remembers: decisions for many at once, what workers count."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from common import ids
from votes.models import Action, Case, Category, Decision, TargetType
from votes.moderation.actions import Power


class Batch(models.Model):
    """One decision about many targets, which runs once it is confirmed.

    `done` of them are through; `failed` says of those that were refused, why. What it decides are
    parts of `decision`, if there is one, which cleared `channel` with its videos, or took that
    back; until it is confirmed `plan` is what a clearing would be (`desk.clearing`),
    and `case` which appeal it would grant. `of_cases`: the targets are numbers of cases, all of one
    kind, which it decides; `answer` goes to those who appealed. `category` is what `lock_ai` names,
    empty for what voters say of each. One that `reverses` another has decisions as targets, and
    takes them back. Also what the powers of roles are about, as Django's permissions need a model.
    """

    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=32, choices=Action)
    target_type = models.CharField(max_length=16, choices=TargetType)
    targets = ArrayField(models.CharField(max_length=ids.HANDLE_MAX + 1))
    reason = models.TextField(db_default="", blank=True)
    done = models.PositiveIntegerField(db_default=0)
    failed = models.JSONField(default=dict)
    channel = models.CharField(max_length=ids.HANDLE_MAX + 1, db_default="", db_collation="C")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, db_index=False)
    plan = models.JSONField(default=dict, db_default={})
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, db_index=False)
    of_cases = models.BooleanField(db_default=False)
    answer = models.TextField(db_default="", blank=True)
    category = models.CharField(max_length=16, choices=Category, db_default="", blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "batches"
        default_permissions = ("view",)
        permissions: ClassVar = [(power.value, power.label) for power in Power]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | ~models.Q(reason=""),
                name="batch_that_runs_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        if self.channel:
            clears = self.action == Action.LOCK_HUMAN
            what = "Clear channel and its videos" if clears else "Channel and its videos as before"
            return f"{what}: {self.channel}"
        if self.reverses_id:
            return f"Taken back: {self.get_action_display()}, {len(self.targets)} times"
        of = "case" if self.of_cases else self.target_type
        return f"{self.get_action_display()}: {len(self.targets)} {of}s"


class BatchPart(models.Model):
    """A decision that a batch has made."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="parts")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="batch_part")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.decision_id} of {self.batch_id}"


class Activity(models.Model):
    """What happened in one hour (UTC), as a worker counted it while it lasted."""

    hour = models.DateTimeField(primary_key=True)
    votes = models.PositiveIntegerField(db_default=0)
    flags = models.PositiveIntegerField(db_default=0)
    disputes = models.PositiveIntegerField(db_default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}:00"


class VotersOf(models.Model):
    """The votes on a large video, laid out by a worker: no page can wait for it.

    `html` is of `made_at`; older than `asked_at`, or none, it waits for a worker.
    """

    video_id = models.CharField(primary_key=True, max_length=ids.VIDEO_ID_MAX, db_collation="C")
    asked_at = models.DateTimeField(db_default=Now())
    made_at = models.DateTimeField(null=True)
    html = models.TextField(db_default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.video_id


class NoticeChoice(models.Model):
    """What a moderator wants to hear of cases, and where: to a webhook at once, or by mail in sum.

    Where it goes is encrypted (`post.sealing`). `kinds` of cases, none for all. `seen` is the last
    case that was told of as new; those opened before `aged_until` were told of as old.
    """

    class Form(models.TextChoices):
        """What is posted to the webhook."""

        NONE = "none", "nothing"
        STANDARD = "standard", "a signed Standard Webhook"
        SLACK = "slack", "a message to Slack"
        DISCORD = "discord", "a message to Discord"
        MATRIX = "matrix", "a message to a room of Matrix"

    class Digest(models.TextChoices):
        """How often what waits is mailed."""

        NEVER = "never", "never"
        DAILY = "daily", "every day"
        WEEKLY = "weekly", "every Monday"

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True)
    form = models.CharField(max_length=8, choices=Form, default=Form.NONE)
    sealed_url = models.TextField(blank=True, default="")
    sealed_secret = models.TextField(blank=True, default="")
    kinds = ArrayField(models.CharField(max_length=16), default=list)
    tell_new = models.BooleanField(default=True)
    older_than_h = models.PositiveSmallIntegerField(null=True)
    seen = models.BigIntegerField(default=0)
    aged_until = models.DateTimeField(db_default=Now())
    digest = models.CharField(max_length=8, choices=Digest, default=Digest.NEVER)
    sealed_address = models.TextField(blank=True, default="")
    digest_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"notices of {self.user_id}"


class Notice(models.Model):
    """A notice to a webhook: `new` and `old` are numbers of cases by kind; neither for a test."""

    class State(models.TextChoices):
        """What became of it."""

        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    choice = models.ForeignKey(NoticeChoice, on_delete=models.CASCADE)
    new = models.JSONField(default=dict)
    old = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    error = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=models.Q(state="queued"), name="notice_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}: {self.state}"
