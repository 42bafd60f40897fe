"""What voters report of whole channels."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from common import ids
from votes.models.voters import Category, Voter

REPORT_MAX = 5
"""Videos that one report of a channel may have."""


class ChannelReport(models.Model):
    """A voter's present report of a channel; the votes that came with it have its number.

    `channel_key` is the channel's id or its `@handle`, as it was reported. `trust_weight` is the
    voter's trust at that time. `voice` labels the reports of one channel that came from one network
    (IPv6: one /48), and says nothing outside that channel. While `waits_until` is set, it does not
    count yet, as its votes do not.
    """

    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="reports")
    channel_key = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    category = models.CharField(max_length=16, choices=Category, db_collation="C")
    trust_weight = models.DecimalField(max_digits=7, decimal_places=6)
    voice = models.CharField(max_length=32, null=True, db_collation="C")
    reported_at = models.DateTimeField(db_default=Now())
    waits_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["voter", "channel_key"], name="report_one_per_voter_and_channel"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["channel_key", "voice", "-reported_at"], name="report_of_voice"),
            # One that is in order would tempt the planner to look for a voice's newest in it.
            BrinIndex(fields=["reported_at"], name="report_age"),
            models.Index(
                fields=["waits_until"],
                condition=models.Q(waits_until__isnull=False),
                name="report_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_key}: {self.category}"


class ReportedChannel(models.Model):
    """How many independent voices report the channel of this name now, and what they weigh."""

    key = models.CharField(max_length=ids.HANDLE_MAX + 1, primary_key=True, db_collation="C")
    voices = models.PositiveIntegerField()
    weight = models.DecimalField(max_digits=10, decimal_places=6)

    def __str__(self) -> str:
        return f"{self.key}: {self.voices}"
