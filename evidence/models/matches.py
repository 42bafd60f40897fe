"""What a clip has in common with others."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from evidence.models.clips import Clip


class Match(models.Model):
    """`frames` of the `of` searchable frames of `clip` stand in `other`, and `sound_s` seconds.

    Each pair of clips has two rows, one for each side; they go with either clip.
    """

    clip = models.ForeignKey(Clip, models.CASCADE, related_name="matches", db_index=False)
    other = models.ForeignKey(Clip, models.CASCADE, related_name="+")
    frames = models.PositiveSmallIntegerField(db_default=0)
    of = models.PositiveSmallIntegerField(db_default=0)
    sound_s = models.FloatField(db_default=0)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clip", "other"], name="match_one_per_pair"),
            models.CheckConstraint(condition=~Q(clip=models.F("other")), name="match_of_two_clips"),
        ]

    def __str__(self) -> str:
        return f"{self.clip_id} in {self.other_id}"


class Sound(models.Model):
    """What the sound of a clip is looked up by: numbers of 24 bits (`evidence.media.sound`)."""

    clip = models.OneToOneField(Clip, models.CASCADE, primary_key=True, related_name="sound")
    terms = ArrayField(models.IntegerField())

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [GinIndex(fields=["terms"], name="sound_terms")]

    def __str__(self) -> str:
        return f"sound of {self.clip_id}"
