"""What runs the service: brakes, long jobs, erasures, the queue of videos, keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from common import ids


class Job(models.Model):
    """How far a long job has come: what is done stays done when it is killed."""

    name = models.CharField(max_length=32, primary_key=True)
    phase = models.CharField(max_length=16)
    after = models.CharField(max_length=64, db_default="", db_collation="C")
    done = models.PositiveIntegerField(db_default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.phase} after {self.after or 'the start'}"


class Brake(models.Model):
    """What an administrator holds back at runtime: one row, or none for no brake at all.

    Without one juries confirm. `confirms` is what an administrator has chosen, `in_force` what is
    stored was last marked for: the pipeline sees that they differ, and scores again what that
    concerns. A voter is new without any accepted vote; for `delay`, until `delay_minutes` after the
    first. Written by `brakes.set_brakes`, read through `votes.brakes` (docs/architecture.md).
    """

    class NewVoters(models.TextChoices):
        """What happens to the votes of new voters."""

        NONE = "none"
        DELAY = "delay"
        REFUSE = "refuse"

    class Confirms(models.TextChoices):
        """Whether votes may confirm."""

        VOTES = "votes"
        JURIES = "juries"

    DAY_MINUTES = 24 * 60
    YEAR_HOURS = 365 * 24
    BITS_MAX = 26

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    read_only = models.BooleanField(
        default=False, help_text="Refuse every write of the public API; reads go on."
    )
    new_voters = models.CharField(
        max_length=8,
        choices=NewVoters,
        default=NewVoters.NONE,
        help_text="Whether new voters' votes count, count later, or are refused.",
    )
    delay_minutes = models.PositiveIntegerField(
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)],
        help_text="Minutes after which a delayed vote counts, 1-1440.",
    )
    new_voters_per_minute = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="First votes accepted a minute, all in all; empty: no limit.",
    )
    dispute_age_hours = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(YEAR_HOURS)],
        help_text="Hours since the first vote before a dispute is accepted; 0: none.",
    )
    challenge_bits = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(BITS_MAX)],
        help_text="Zero bits of the proof of work a first vote needs; 0: none.",
    )
    confirms = models.CharField(
        max_length=8,
        choices=Confirms,
        default=Confirms.JURIES,
        db_default=Confirms.JURIES.value,
        help_text="What takes a video to 80 and more: also votes, or juries, moderators, lists and "
        "measurements alone; votes then reach 79.9.",
    )
    in_force = models.CharField(
        max_length=8,
        choices=Confirms,
        default=Confirms.JURIES,
        db_default=Confirms.JURIES.value,
        editable=False,
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="brake_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(new_voters__in=["none", "delay", "refuse"]),
                name="brake_for_new_voters_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(delay_minutes__gte=1, delay_minutes__lte=24 * 60),
                name="brake_delay_from_1_minute_to_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(new_voters_per_minute__gte=1), name="brake_lets_somebody_in"
            ),
            models.CheckConstraint(
                condition=models.Q(dispute_age_hours__lte=365 * 24),
                name="brake_dispute_age_up_to_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(challenge_bits__lte=26), name="brake_challenge_can_be_solved"
            ),
        ]

    def __str__(self) -> str:
        return "brakes"


class Erasure(models.Model):
    """A voter was erased: what a restored backup does not know (docs/operations.md).

    Kept as long as a backup may be. Holds no id, only `ids.erasure_mark`.
    """

    mark = models.CharField(max_length=64, primary_key=True, db_collation="C")
    erased_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["erased_at"], name="erasure_erased_at")]

    def __str__(self) -> str:
        return self.mark


class DirtyVideoQuerySet(models.QuerySet["DirtyVideo"]):
    """The queue's writers; only `sync.pipeline` takes from it."""

    def append(self, video_ids: Iterable[str]) -> None:
        """Ask for these videos to be scored again. Call it in the transaction of the fact.

        Always append: a mark left out because one is there already could be consumed by a run
        that does not see our fact yet.
        """
        self.bulk_create([self.model(video_id=video_id) for video_id in video_ids])


class DirtyVideo(models.Model):
    """A queue row: this video's facts changed; so did `voter_id`'s, if it is set."""

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    voter_id = models.CharField(max_length=32, null=True, db_collation="C")
    marked_at = models.DateTimeField(db_default=Now())

    objects = DirtyVideoQuerySet.as_manager()

    def __str__(self) -> str:
        return self.video_id


class AddressKey(models.Model):
    """The random half of the key for address pseudonyms, one a 30-day period."""

    period = models.PositiveIntegerField(primary_key=True)
    secret = models.BinaryField()

    def __str__(self) -> str:
        return str(self.period)
