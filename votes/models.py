"""Facts: who said what, and what moderators decided. Nothing here is derived from a score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from realtube.common import ids

DEFAULT_TRUST = "0.300000"
DEFAULT_ACCURACY = "0.500000"


class Category(models.TextChoices):
    """What a vote says. All but `not_ai` say that something is AI-made."""

    FULLY_AI = "fully_ai"
    AI_VOICEOVER = "ai_voiceover"
    AI_VISUALS = "ai_visuals"
    AI_THUMBNAILS = "ai_thumbnails"
    AI_ASSISTED = "ai_assisted"
    NOT_AI = "not_ai"


AI_CATEGORIES: tuple[str, ...] = tuple(c.value for c in Category if c is not Category.NOT_AI)


def _in_unit_interval(field: str) -> models.Q:
    return models.Q(**{f"{field}__gte": 0, f"{field}__lte": 1})


class Voter(models.Model):
    """Somebody who votes, known only by a keyed hash of the secret they present (D13)."""

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
        indexes: ClassVar = [models.Index(fields=["last_active"], name="voter_last_active")]

    def __str__(self) -> str:
        return self.public_id


class Vote(models.Model):
    """One voter's present opinion of one video; withdrawing it keeps the row (docs/decisions).

    `trust_weight` is the voter's trust when the opinion was formed. `voice` labels the votes of
    one video that came from one network; it says nothing outside that video.
    """

    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, null=True, related_name="votes")
    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    category = models.CharField(max_length=16, choices=Category, db_collation="C")
    trust_weight = models.DecimalField(max_digits=7, decimal_places=6)
    cast_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    refreshed_at = models.DateTimeField(db_default=Now())
    retracted_at = models.DateTimeField(null=True)
    ip_pseudonym = models.CharField(max_length=32, null=True, db_collation="C")
    prefix_pseudonym = models.CharField(max_length=32, null=True, db_collation="C")
    voice = models.CharField(max_length=32, null=True, db_collation="C")
    client_name = models.CharField(max_length=32, db_default="")
    client_version = models.CharField(max_length=32, db_default="")
    claimed_channel_id = models.CharField(
        max_length=ids.CHANNEL_ID_MAX, null=True, db_collation="C"
    )
    claimed_handle = models.CharField(max_length=ids.HANDLE_MAX, null=True, db_collation="C")
    is_short = models.BooleanField(null=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.category} on {self.video_id}"


class Action(models.TextChoices):
    """What a moderator can decide."""

    LOCK_AI = "lock_ai"
    LOCK_HUMAN = "lock_human"
    UNLOCK = "unlock"
    HIDE = "hide"
    UNHIDE = "unhide"
    SHADOW_HIDE = "shadow_hide"
    SHADOW_UNHIDE = "shadow_unhide"
    HOLD = "hold"
    RELEASE = "release"
    SHADOWBAN = "shadowban"
    UNBAN = "unban"
    MAKE_VIP = "make_vip"
    REVOKE_VIP = "revoke_vip"
    FLAG_CHANNEL = "flag_channel"
    CLEAR_CHANNEL = "clear_channel"
    UNLOCK_CHANNEL = "unlock_channel"


class TargetType(models.TextChoices):
    """What a decision or a case is about."""

    VIDEO = "video"
    CHANNEL = "channel"
    VOTER = "voter"


class Decision(models.Model):
    """One thing a moderator did. Append-only: a trigger refuses UPDATE and DELETE."""

    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=32, choices=Action)
    target_type = models.CharField(max_length=16, choices=TargetType)
    target_id = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    reason = models.TextField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="decision_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="decision_action_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id", "id"], name="decision_target")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_id}"


class Case(models.Model):
    """Something a person must look at."""

    class Kind(models.TextChoices):
        """Why it was opened."""

        BURST = "burst"
        DISPUTE = "dispute"
        APPEAL = "appeal"
        CLUSTER = "cluster"
        CLAIM_CONFLICT = "claim_conflict"

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open"
        CLAIMED = "claimed"
        CLOSED = "closed"

    kind = models.CharField(max_length=16, choices=Kind)
    target_type = models.CharField(max_length=16, choices=TargetType)
    target_id = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, db_default=State.OPEN)
    assignee = models.CharField(max_length=150, null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(db_default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "target_type", "target_id"],
                condition=~models.Q(state="closed"),
                name="case_one_open_per_kind_and_target",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.target_id}"


class ConsensusLabel(models.Model):
    """How a video's outcome settled, and since when; trust and hysteresis build on it."""

    class Verdict(models.TextChoices):
        """The outcome."""

        AI = "ai"
        HUMAN = "human"

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, primary_key=True, db_collation="C")
    verdict = models.CharField(max_length=8, choices=Verdict)
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.video_id}: {self.verdict}"


class DirtyVideoQuerySet(models.QuerySet["DirtyVideo"]):
    """The queue's writers; only `sync.pipeline` takes from it."""

    def append(self, video_ids: Iterable[str]) -> None:
        """Ask for these videos to be scored again. Call it in the transaction of the fact.

        Always append: a mark left out because one is there already could be consumed by a run
        that does not see our fact yet.
        """
        self.bulk_create([self.model(video_id=video_id) for video_id in video_ids])


class DirtyVideo(models.Model):
    """A queue row: this video's facts changed; so did `voter_id`'s, if it is set."""

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    voter_id = models.CharField(max_length=32, null=True, db_collation="C")
    marked_at = models.DateTimeField(db_default=Now())

    objects = DirtyVideoQuerySet.as_manager()

    def __str__(self) -> str:
        return self.video_id


class AddressKey(models.Model):
    """The random half of the key for address pseudonyms, one a 30-day period (D60)."""

    period = models.PositiveIntegerField(primary_key=True)
    secret = models.BinaryField()

    def __str__(self) -> str:
        return str(self.period)
