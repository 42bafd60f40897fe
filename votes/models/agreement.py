"""Jurors who agree more than their accuracies explain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from votes.models.juries import Juror


class JurorPair(models.Model):
    """Two jurors who sat on the same panels and said the same too often, as of last night.

    Of `together` panels on which both took a side they `agreed` on so many, `expected` by their
    accuracies on such videos, `excess` standard deviations more; on `both_wrong` they agreed
    against how the panel's target was decided. Goes with either of them.
    """

    first = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="+")
    together = models.PositiveIntegerField()
    agreed = models.PositiveIntegerField()
    both_wrong = models.PositiveIntegerField()
    expected = models.FloatField()
    excess = models.FloatField()
    found_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "pair of jurors"
        verbose_name_plural = "pairs of jurors"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="juror_pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
