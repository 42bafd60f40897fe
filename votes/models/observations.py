"""What voters saw of YouTube's own label on a channel's videos; no vote, and no part of a score."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from common import ids

SAMPLE_MAX = 5
KEY_LENGTH = 16
"""Hex digits of a video's key: the first 8 bytes of SHA-256 of its id, as in the compact form."""


def _keys() -> ArrayField:
    return ArrayField(models.CharField(max_length=KEY_LENGTH, db_collation="C"), size=SAMPLE_MAX)


class Observation(models.Model):
    """What one voter last saw of one channel: up to `SAMPLE_MAX` of its videos, by their label.

    `channel_key` is an id or an `@handle`; who names a channel by both has a row for each. It is
    forgotten after 30 days. `voice` labels the network, or the /48 of an IPv6 one, `provider` the
    /32 of that; they say nothing outside this channel. While `waits_until` is set, the voter is
    too new for the observation to count.
    """

    voter = models.ForeignKey("votes.Voter", on_delete=models.CASCADE, related_name="observations")
    channel_key = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    labelled = _keys()
    unlabelled = _keys()
    labelled_count = models.PositiveSmallIntegerField()
    unlabelled_count = models.PositiveSmallIntegerField()
    voice = models.CharField(max_length=32, null=True, db_collation="C")
    provider = models.CharField(max_length=32, null=True, db_collation="C")
    observed_at = models.DateTimeField(db_default=Now())
    waits_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["voter", "channel_key"], name="observation_one_per_voter_and_channel"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel_key", "-id"],
                condition=models.Q(waits_until=None),
                name="observation_of_channel",
            ),
            models.Index(fields=["channel_key", "voice"], name="observation_voice"),
            models.Index(
                fields=["waits_until"],
                condition=models.Q(waits_until__isnull=False),
                name="observation_waits",
            ),
            models.Index(fields=["observed_at"], name="observation_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_key}: {self.labelled_count} labelled"


class ObservedChannel(models.Model):
    """A queue row: an observation or report of this channel is new, changed, counts by now, or is
    gone."""

    key = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")

    def __str__(self) -> str:
        return self.key
