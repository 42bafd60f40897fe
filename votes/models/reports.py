"""What voters report of whole channels."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from common import ids
from votes.models.voters import Category, Voter

REPORT_MAX = 5
"""Videos that one report of a channel may have."""


class ChannelReport(models.Model):
    """A voter's present report of a channel; `Vote.report` has the number of the one it came with.

    `channel_key` is the channel's id or its `@handle`. `voice` labels the reports of one channel
    that came from one network (IPv6: one /48), and says nothing outside that channel.
    """

    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="reports")
    channel_key = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    category = models.CharField(max_length=16, choices=Category, db_collation="C")
    voice = models.CharField(max_length=32, null=True, db_collation="C")
    reported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["voter", "channel_key"], name="report_one_per_voter_and_channel"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["channel_key"], name="report_of_channel")]

    def __str__(self) -> str:
        return f"{self.channel_key}: {self.category}"
