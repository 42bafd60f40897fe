"""What voters say gives a video away, and where in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from common import ids
from votes.models.voters import Voter

AT_MAX_S = 43_200
"""The latest place in a video that can be named: twelve hours, the longest that YouTube takes."""


class SignKind(models.TextChoices):
    """What a viewer can notice of AI in a video."""

    VOICE = "voice", "a synthetic voice"
    FACES = "faces", "faces or hands"
    WATERMARK = "watermark", "a generator's watermark"
    TEXT = "text", "garbled text in the picture"
    MUSIC = "music", "music"
    REUSED = "reused", "reused pictures"
    SAYS_SO = "says_so", "it says so itself"


class Sign(models.Model):
    """A claim: what a voter noticed in a video, and at which second first, if they said.

    It goes with the vote that it came with.
    """

    # The constraint below is the index.
    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="signs", db_index=False)
    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    sign = models.CharField(max_length=16, choices=SignKind.choices)
    at = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["voter", "video_id", "sign"], name="sign_one_of_each_per_vote"
            ),
        ]
        # With the voter, since a video may have thousands of signs.
        indexes: ClassVar = [models.Index(fields=["video_id", "voter"], name="sign_of_video")]

    def __str__(self) -> str:
        return f"{self.video_id}: {self.sign}"
