"""Voters, their votes, and moderators' warnings to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from common import ids

DEFAULT_TRUST = "0.300000"


DEFAULT_ACCURACY = "0.500000"


class Category(models.TextChoices):
    """What a vote says. All but `not_ai` say that something is AI-made."""

    FULLY_AI = "fully_ai"
    AI_VOICEOVER = "ai_voiceover"
    AI_VISUALS = "ai_visuals"
    AI_THUMBNAILS = "ai_thumbnails"
    AI_ASSISTED = "ai_assisted"
    # Stored sums and the compact form go by position: a new one comes last, before `not_ai`.
    AI_MUSIC = "ai_music"
    NOT_AI = "not_ai"


AI_CATEGORIES: tuple[str, ...] = tuple(c.value for c in Category if c is not Category.NOT_AI)


def _in_unit_interval(field: str) -> models.Q:
    return models.Q(**{f"{field}__gte": 0, f"{field}__lte": 1})


class Voter(models.Model):
    """Somebody who votes, known only by a keyed hash of the secret they send.

    `trust` and `accuracy` follow from the votes that are resolved (`votes.trust`).
    """

    public_id = models.CharField(max_length=32, primary_key=True, db_collation="C")
    trust = models.DecimalField(max_digits=7, decimal_places=6, db_default=DEFAULT_TRUST)
    accuracy = models.DecimalField(max_digits=7, decimal_places=6, db_default=DEFAULT_ACCURACY)
    resolved_count = models.PositiveIntegerField(db_default=0)
    correct_count = models.PositiveIntegerField(db_default=0)
    vote_count = models.PositiveIntegerField(db_default=0)
    first_seen = models.DateTimeField(db_default=Now())
    last_active = models.DateTimeField(db_default=Now())
    is_vip = models.BooleanField(db_default=False)
    is_shadowbanned = models.BooleanField(db_default=False)
    # Stays when they leave the jurors, so that to enrol again ends no pause.
    is_paused_juror = models.BooleanField(db_default=False)
    ban_reason = models.TextField(db_default="", blank=True)
    standing_changed_at = models.DateTimeField(null=True, blank=True)
    cluster = models.CharField(max_length=32, null=True, blank=True, db_collation="C")
    username = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_in_unit_interval("trust"), name="voter_trust_from_0_to_1"
            ),
            models.CheckConstraint(
                condition=_in_unit_interval("accuracy"), name="voter_accuracy_from_0_to_1"
            ),
            models.CheckConstraint(
                condition=models.Q(correct_count__lte=models.F("resolved_count")),
                name="voter_correct_votes_are_resolved",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["last_active"], name="voter_last_active"),
            # The desk's filters; few voters are any of these.
            models.Index(fields=["last_active"], condition=models.Q(is_vip=True), name="voter_vip"),
            models.Index(
                fields=["last_active"],
                condition=models.Q(is_shadowbanned=True),
                name="voter_shadowbanned",
            ),
            models.Index(
                fields=["cluster"],
                condition=models.Q(cluster__isnull=False),
                name="voter_of_cluster",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Vote(models.Model):
    """One voter's present opinion of one video; withdrawing it keeps the row (docs/decisions).

    `trust_weight` is the voter's trust when the opinion was formed, at `cast_at`. `first_ai_at`
    and `first_human_at` are when the voter first took either side, where that was earlier than
    `cast_at`, or another side than now. `voice` labels the votes of one video that came from one
    network, `site` and `provider` those from one /48 and one /32; they say nothing outside that
    video. The pseudonyms do, and go after 30 days. `settled_category` is what the vote said when
    the video was first decided, if it was changed afterwards: a change of mind must not make a
    wrong vote unjudged. While `waits_until` is set the vote does not count yet
    (`Brake.delay_minutes`).
    """

    # The constraint below is the index.
    voter = models.ForeignKey(
        Voter, on_delete=models.CASCADE, null=True, related_name="votes", db_index=False
    )
    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    category = models.CharField(max_length=16, choices=Category, db_collation="C")
    trust_weight = models.DecimalField(max_digits=7, decimal_places=6)
    cast_at = models.DateTimeField(db_default=Now())
    first_ai_at = models.DateTimeField(null=True)
    first_human_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    refreshed_at = models.DateTimeField(db_default=Now())
    retracted_at = models.DateTimeField(null=True)
    ip_pseudonym = models.CharField(max_length=32, null=True, db_collation="C")
    prefix_pseudonym = models.CharField(max_length=32, null=True, db_collation="C")
    site_pseudonym = models.CharField(max_length=32, null=True, db_collation="C")
    voice = models.CharField(max_length=32, null=True, db_collation="C")
    site = models.CharField(max_length=32, null=True, db_collation="C")
    provider = models.CharField(max_length=32, null=True, db_collation="C")
    client_name = models.CharField(max_length=32, db_default="")
    client_version = models.CharField(max_length=32, db_default="")
    claimed_channel_id = models.CharField(
        max_length=ids.CHANNEL_ID_MAX, null=True, db_collation="C"
    )
    claimed_handle = models.CharField(max_length=ids.HANDLE_MAX, null=True, db_collation="C")
    is_short = models.BooleanField(null=True)
    settled_category = models.CharField(
        max_length=16, choices=Category, null=True, db_collation="C"
    )
    waits_until = models.DateTimeField(null=True)
    # The number of the `ChannelReport` it came with, until it is changed by itself.
    report = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["voter", "video_id"], name="vote_one_per_voter_and_video"
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="vote_category_is_known"
            ),
            models.CheckConstraint(
                condition=_in_unit_interval("trust_weight"), name="vote_weight_from_0_to_1"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["video_id"], name="vote_video"),
            models.Index(
                fields=["cast_at"],
                condition=models.Q(prefix_pseudonym__isnull=False),
                name="vote_with_address",
            ),
            models.Index(
                fields=["waits_until"],
                condition=models.Q(waits_until__isnull=False),
                name="vote_waiting",
            ),
            models.Index(
                fields=["claimed_handle"],
                condition=models.Q(claimed_handle__isnull=False),
                name="vote_claimed_handle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} on {self.video_id}"


class VoterWarning(models.Model):
    """A moderator's warning to a voter, shown to the voter alone until they acknowledge it."""

    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="warnings")
    reason = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="warning_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.voter_id}: {self.reason}"
