"""Single pictures of a clip."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from evidence.models.clips import STORED_MAX, Clip
from evidence.models.hashes import HashField

PHASH_BYTES = 32
"""Bytes of a perceptual hash: PDQ has 256 bits."""


class Frame(models.Model):
    """A picture of a clip, `at` seconds from its start.

    `phash` is its PDQ hash and `quality` PDQ's own 0-100: below 50 there is too little in the
    picture to know it again by (a fade, a plain title). `middle` is the hash of the picture without
    its edges, which a logo in a corner leaves as it is; None where that is too plain. `picture` is
    its name in the storage.
    """

    class Why(models.TextChoices):
        """Why this picture: a scene begins, its turn at even distances, or a viewer took it."""

        SCENE = "scene"
        EVEN = "even"
        REPORT = "report"

    clip = models.ForeignKey(Clip, models.CASCADE, related_name="frames", db_index=False)
    at = models.FloatField()
    why = models.CharField(max_length=8, choices=Why)
    picture = models.CharField(max_length=STORED_MAX, db_collation="C")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    phash = HashField(null=True)
    quality = models.PositiveSmallIntegerField(null=True)
    middle = HashField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            # Also the index of a clip's frames in their order.
            models.UniqueConstraint(fields=["clip", "at"], name="frame_one_per_clip_and_time"),
            models.CheckConstraint(condition=Q(at__gte=0), name="frame_time_from_0"),
            models.CheckConstraint(
                condition=Q(quality=None) | Q(quality__lte=100), name="frame_quality_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clip_id} at {self.at:.2f} s"
