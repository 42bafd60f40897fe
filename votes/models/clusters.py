"""Accounts that vote together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from votes.models.voters import Voter


class Cluster(models.Model):
    """Accounts that vote together, and what a moderator said of them.

    `Voter.cluster` names the cluster that counts; memberships stay when one is dissolved, so
    that the nightly job does not find the same people again.
    """

    class State(models.TextChoices):
        """What a moderator said."""

        FOUND = "found"
        CONFIRMED = "confirmed"
        DISSOLVED = "dissolved"

    key = models.CharField(max_length=32, primary_key=True, db_collation="C")
    state = models.CharField(max_length=16, choices=State, db_default=State.FOUND)
    found_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.key


class Membership(models.Model):
    """A voter whom the nightly job found in a cluster."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="members")
    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cluster", "voter"], name="membership_one_per_cluster_and_voter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.voter_id} in {self.cluster_id}"
