"""Clips: whose they are, how far they have come, and what was found in them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from votes.models import TARGET_MAX, Appeal, Case, TargetType, Vote

NAME_MAX = 200
"""Characters of a file's own name that are kept."""
STORED_MAX = 200
"""Characters of a name in the storage."""
DETAIL_MAX = 500


class State(models.TextChoices):
    """How far a clip has come; `evidence.states` holds which may follow which."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    CHECKING = "checking"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Kind(models.TextChoices):
    """What was sent."""

    FILM = "film"
    SHOTS = "shots"


class Failure(models.TextChoices):
    """Why a clip failed, in words that its owner reads."""

    NOT_VIDEO = "not_video", "This is not a video that can be read."
    CHANGED = "changed", "What arrived is not the file that was sent. Please send it again."
    TRUNCATED = "truncated", "The file ends too early. Please send the whole file."
    NO_PICTURE = "no_picture", "There is no picture in this file, only sound or data."
    TOO_LARGE = "too_large", "The pictures in this file are too large to be shown."
    TOO_LONG = "too_long", "This clip is too long. Please send the part that matters."
    TOO_HEAVY = "too_heavy", "This file takes more work than one clip may. Please re-export it."
    STORAGE = "storage", "The server could not keep this file. Please send it again later."
    INTERNAL = "internal", "Something went wrong at our end. Please send it again later."


class ClipQuerySet(models.QuerySet["Clip"]):
    """Named reads."""

    def kept(self) -> Self:
        """Those of which there still are, or may be, files."""
        return self.exclude(state=State.EXPIRED)

    def arriving(self) -> Self:
        """Those whose upload is not at its end."""
        return self.filter(state=State.RECEIVING)

    def of_target_keys(self, target_type: str, keys: Sequence[str]) -> Self:
        """All about a video or channel by any of its names that may still be seen."""
        return self.kept().filter(target_type=target_type, target_id__in=list(keys))

    def of_target(self, target_type: str, target_id: str) -> Self:
        """All about one video or channel, the oldest first."""
        return self.filter(target_type=target_type, target_id=target_id).order_by(
            "created_at", "pk"
        )


class Clip(models.Model):
    """A video file that somebody brought as proof, for moderators alone.

    Or, of the kind `shots`, the pictures that a voter took of the player; its `original` is what
    they sent (`evidence.shots`).

    It belongs to exactly one of an appeal, a case (a moderator put it there) or a vote (a voter's
    report of a video; their clip or the frames they took go with them); `target_...` is what that
    is about, so that clips are counted and found without a join. `size` is the length declared,
    `offset` how many bytes of it are stored; both in bytes. `file_type` is what the content says,
    whatever the name does.

    A worker that is at it has it until `taken_until`, under the number of its `attempts`; before
    `due_at` none takes it. `closed_at` is when its case was closed, `expires_at` when it goes.
    Names of files are those in the storage `evidence`; empty while there is none. `fingerprint` is
    Chromaprint's, as 32-bit integers, little endian. `credentials` is what C2PA says of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, db_default=Kind.FILM)
    appeal = models.ForeignKey(Appeal, models.CASCADE, null=True, related_name="clips")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="clips")
    vote = models.ForeignKey(Vote, models.CASCADE, null=True, related_name="clips")
    target_type = models.CharField(max_length=16, choices=TargetType)
    target_id = models.CharField(max_length=TARGET_MAX, db_collation="C")
    added_by = models.CharField(max_length=150, db_default="", blank=True)

    name = models.CharField(max_length=NAME_MAX)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(db_default=0)
    file_type = models.CharField(max_length=64, db_default="", blank=True)
    sha256 = models.CharField(max_length=64, db_default="", blank=True, db_collation="C")

    state = models.CharField(max_length=10, choices=State, db_default=State.RECEIVING)
    failure = models.CharField(max_length=16, choices=Failure, db_default="", blank=True)
    failure_detail = models.CharField(max_length=DETAIL_MAX, db_default="", blank=True)
    progress = models.PositiveSmallIntegerField(db_default=0)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    due_at = models.DateTimeField(db_default=Now())
    taken_until = models.DateTimeField(null=True)

    duration_s = models.FloatField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    frame_rate = models.FloatField(null=True)
    container = models.CharField(max_length=64, db_default="", blank=True)
    video_codec = models.CharField(max_length=32, db_default="", blank=True)
    audio_codec = models.CharField(max_length=32, db_default="", blank=True)
    fingerprint = models.BinaryField(null=True)
    credentials = models.JSONField(null=True)

    original = models.CharField(max_length=STORED_MAX, db_default="", blank=True, db_collation="C")
    rendition = models.CharField(max_length=STORED_MAX, db_default="", blank=True, db_collation="C")
    hls = models.CharField(max_length=STORED_MAX, db_default="", blank=True, db_collation="C")
    sheet = models.CharField(max_length=STORED_MAX, db_default="", blank=True, db_collation="C")

    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ClipQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(appeal__isnull=False, case__isnull=True, vote__isnull=True)
                | Q(appeal__isnull=True, case__isnull=False, vote__isnull=True)
                | Q(appeal__isnull=True, case__isnull=True, vote__isnull=False),
                name="clip_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(kind="film") | Q(vote__isnull=False), name="clip_of_shots_has_a_vote"
            ),
            models.CheckConstraint(
                condition=Q(offset__gte=0, offset__lte=models.F("size")),
                name="clip_offset_within_size",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="clip_progress_to_100"),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(failure="") | Q(state="expired"),
                name="clip_only_a_failed_one_has_a_failure",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id"], name="clip_target"),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["received", "checking", "processing"]),
                name="clip_waits_for_worker",
            ),
            models.Index(
                fields=["changed_at"], condition=Q(state="receiving"), name="clip_arriving"
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False) & ~Q(state="expired"),
                name="clip_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"

    @property
    def folder(self) -> str:
        """Where all its files are in the storage."""
        return f"clips/{self.pk.hex[:2]}/{self.pk.hex}"

    @property
    def reason(self) -> str:
        """Why it failed, for its owner; empty if it did not."""
        return Failure(self.failure).label if self.failure else ""
