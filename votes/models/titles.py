"""What voters' pages call the videos that they vote on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from common import ids
from votes.models.voters import Voter

TITLE_MAX = 200
"""Characters of a title, or of a channel's name; YouTube allows 100."""


class Title(models.Model):
    """A claim: what a voter's page said the video is called, and its channel; empty for nothing.

    It goes with the vote that it came with, and 90 days after it was said last.
    """

    # The constraint below is the index.
    voter = models.ForeignKey(
        Voter, on_delete=models.CASCADE, related_name="titles", db_index=False
    )
    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    title = models.CharField(max_length=TITLE_MAX, db_default="", blank=True)
    channel_name = models.CharField(max_length=TITLE_MAX, db_default="", blank=True)
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["voter", "video_id"], name="title_one_per_voter_and_video"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["video_id", "-said_at"], name="title_of_video"),
            models.Index(fields=["said_at"], name="title_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id}: {self.title}"
