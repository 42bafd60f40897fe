"""Which votes were right; bursts of newcomers that wait."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from common import ids


class Verdict(models.TextChoices):
    """What was decided of a video, and the side that a vote takes."""

    AI = "ai"
    HUMAN = "human"


class Outcome(models.Model):
    """A projection: whether a resolved vote agreed with what was decided.

    Why rows: docs/decisions/0007-outcomes.md. No foreign keys: millions are written at once, by a
    job that must not wait for voters.
    """

    vote_id = models.BigIntegerField(primary_key=True)
    voter_id = models.CharField(max_length=32, db_collation="C")
    cast_at = models.DateTimeField()
    correct = models.BooleanField()

    class Meta:
        # No `include`: it would turn off deduplication, and make the index five times as large.
        indexes: ClassVar = [models.Index(fields=["voter_id"], name="outcome_of_voter")]

    def __str__(self) -> str:
        return f"{self.vote_id}: {'right' if self.correct else 'wrong'}"


class Hold(models.Model):
    """A fact: newcomers' votes of one side came in a burst on a video (docs/scoring.md).

    It covers the newcomers' votes cast from `since` to `until`; it is open while `until` is
    null. `scope` is the video, or the channel, that had the burst. A moderator who releases it
    makes it `genuine`: then it changes nothing any more.
    """

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    side = models.CharField(max_length=8, choices=Verdict)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    genuine = models.BooleanField(db_default=False)
    scope = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    threshold = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["video_id", "side"],
                condition=models.Q(until=None),
                name="hold_one_open_per_video_and_side",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["video_id"], name="hold_video"),
            models.Index(fields=["scope"], name="hold_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id}: {self.side} from {self.since}"
