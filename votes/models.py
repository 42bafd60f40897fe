"""Facts: who said what, and what moderators decided. Nothing here is derived from a score."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, Now

from common import ids

DEFAULT_TRUST = "0.300000"
DEFAULT_ACCURACY = "0.500000"
# Two names of a channel with a space between are the longest thing that is decided about.
TARGET_MAX = ids.CHANNEL_ID_MAX + 1 + ids.HANDLE_MAX + 1
CLAIM_LASTS = timedelta(hours=2)
"""How long a case is its moderator's alone who has taken it."""


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
    """Somebody who votes, known only by a keyed hash of the secret they send."""

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
    network, `site` those from one /48; they say nothing outside that video. The pseudonyms do,
    and go after 30 days. `settled_category` is what the vote said when the video first settled,
    if it was changed afterwards: a change of mind must not make a wrong vote unjudged. While
    `waits_until` is set the vote does not count yet (`Brake.delay_minutes`).
    """

    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, null=True, related_name="votes")
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
        ]

    def __str__(self) -> str:
        return f"{self.category} on {self.video_id}"


class Action(models.TextChoices):
    """What a moderator can decide."""

    LOCK_AI = "lock_ai", "Lock as AI"
    LOCK_HUMAN = "lock_human", "Lock as human"
    UNLOCK = "unlock", "Unlock"
    HIDE = "hide", "Hide"
    UNHIDE = "unhide", "Unhide"
    SHADOW_HIDE = "shadow_hide", "Hide quietly"
    SHADOW_UNHIDE = "shadow_unhide", "Show again"
    HOLD = "hold", "Hold below 50"
    RELEASE = "release", "Release"
    NAME_CHANNEL = "name_channel", "Name its channel"
    DENY_CHANNELS = "deny_channels", "None of these channels"
    UNNAME_CHANNEL = "unname_channel", "Channel as voters say"
    SHADOWBAN = "shadowban", "Shadowban"
    UNBAN = "unban", "Unban"
    MAKE_VIP = "make_vip", "Make VIP"
    REVOKE_VIP = "revoke_vip", "Revoke VIP"
    FLAG_CHANNEL = "flag_channel", "Lock channel as AI"
    CLEAR_CHANNEL = "clear_channel", "Clear channel"
    UNLOCK_CHANNEL = "unlock_channel", "Unlock channel"
    CONFIRM_CLAIMS = "confirm_claims", "Confirm claims"
    QUESTION_CLAIMS = "question_claims", "Question claims"
    CONFIRM_TIE = "confirm_tie", "Confirm tie"
    REJECT_TIE = "reject_tie", "Reject tie"
    REOPEN_TIE = "reopen_tie", "Reopen tie"
    CONFIRM_CLUSTER = "confirm_cluster", "Confirm cluster"
    DISSOLVE_CLUSTER = "dissolve_cluster", "Dissolve cluster"
    REOPEN_CLUSTER = "reopen_cluster", "Reopen cluster"
    SET_BRAKES = "set_brakes", "Set brakes"
    WARN = "warn", "Warn"
    WITHDRAW_WARNING = "withdraw_warning", "Withdraw warning"
    REJECT_APPEAL = "reject_appeal", "Reject appeal"
    DISMISS_CASE = "dismiss_case", "Dismiss case"
    REOPEN_CASE = "reopen_case", "Reopen case"


class TargetType(models.TextChoices):
    """What a decision or a case is about."""

    VIDEO = "video"
    CHANNEL = "channel"
    TIE = "tie"
    VOTER = "voter"
    CLUSTER = "cluster"
    SERVICE = "service"


class Decision(models.Model):
    """One thing a moderator did. Append-only: triggers refuse UPDATE, DELETE and TRUNCATE.

    `before` and `after` tell what it changed, and the channel that `name_channel` names;
    `reverses` is the decision that it takes back; `part_of` the one about many that it carries out.
    """

    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=32, choices=Action)
    target_type = models.CharField(max_length=16, choices=TargetType)
    target_id = models.CharField(max_length=TARGET_MAX, db_collation="C")
    reason = models.TextField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="parts", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="decision_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="decision_action_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id", "id"], name="decision_target"),
            models.Index(
                fields=["part_of", "target_id"],
                condition=models.Q(part_of__isnull=False),
                name="decision_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_id}"


class VoterWarning(models.Model):
    """What a moderator tells a voter, shown to the voter alone until they acknowledge it."""

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


class CaseQuerySet(models.QuerySet["Case"]):
    """Named reads."""

    def lapsed(self) -> Self:
        """Taken by somebody who has not decided it in time, or by a clock that was corrected."""
        taken = self.filter(state=Case.State.CLAIMED).alias(
            taken=Coalesce("claimed_at", "opened_at")
        )
        return taken.exclude(taken__gt=Now() - CLAIM_LASTS, taken__lt=Now() + CLAIM_LASTS)

    def held_by(self, actor: str) -> Self:
        """What somebody has taken and not decided yet."""
        return self.filter(state=Case.State.CLAIMED, assignee=actor)


class Case(models.Model):
    """Something a person must look at.

    Whoever claims it has it for `CLAIM_LASTS` from `claimed_at`, then it is everybody's again.
    """

    class Kind(models.TextChoices):
        """Why it was opened."""

        BURST = "burst"
        DISPUTE = "dispute"
        APPEAL = "appeal"
        CLUSTER = "cluster"
        CLAIM_CONFLICT = "claim_conflict"
        TIE = "tie"

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open"
        CLAIMED = "claimed"
        CLOSED = "closed"

    kind = models.CharField(max_length=16, choices=Kind)
    target_type = models.CharField(max_length=16, choices=TargetType)
    target_id = models.CharField(max_length=TARGET_MAX, db_collation="C")
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, db_default=State.OPEN)
    assignee = models.CharField(max_length=150, null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(db_default="", blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="closed_cases"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "target_type", "target_id"],
                condition=~models.Q(state="closed"),
                name="case_one_open_per_kind_and_target",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["opened_at", "id"],
                condition=~models.Q(state="closed"),
                name="case_waiting",
            ),
            models.Index(fields=["target_type", "target_id"], name="case_target"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.target_id}"

    @property
    def claim_ends(self) -> datetime:
        """Until when it is its assignee's alone."""
        return (self.claimed_at or self.opened_at) + CLAIM_LASTS


class Appeal(models.Model):
    """Somebody's request to look at a video or channel again; where it stands says its case.

    Whoever has the `token` may follow it. `answer` is what the moderator told them. `contact`
    goes 30 days after the case was closed; no address is kept.
    """

    token = models.CharField(max_length=32, primary_key=True, db_collation="C")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="appeals")
    reason = models.TextField()
    contact = models.TextField(db_default="", blank=True)
    answer = models.TextField(db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="appeal_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"appeal of {self.created_at:%Y-%m-%d}"


class Verdict(models.TextChoices):
    """A settled outcome, and the side that a vote takes."""

    AI = "ai"
    HUMAN = "human"


class ConsensusLabel(models.Model):
    """That a video's outcome settled, and when; trust and hysteresis build on it.

    `verdict` is the outcome as it stands, null while there is none any more. `since` is when the
    video first settled, `ai_since` and `human_since` when it first settled that way, by votes or
    by a lock: votes cast later prove nothing. `stood_at` is when votes first carried it to 80
    with 5 independent voters.
    """

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, primary_key=True, db_collation="C")
    verdict = models.CharField(max_length=8, choices=Verdict, null=True)
    since = models.DateTimeField(db_default=Now())
    ai_since = models.DateTimeField(null=True)
    human_since = models.DateTimeField(null=True)
    stood_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.video_id}: {self.verdict}"


class Outcome(models.Model):
    """A projection: whether a resolved vote agreed with its video's outcome.

    Why rows: docs/decisions/0007-outcomes.md. No foreign keys: millions are written at once, by a
    job that must not wait for voters.
    """

    vote_id = models.BigIntegerField(primary_key=True)
    voter_id = models.CharField(max_length=32, db_collation="C")
    cast_at = models.DateTimeField()
    correct = models.BooleanField()

    class Meta:
        # No `include`: it would turn off deduplication, and make the index five times as large.
        indexes: ClassVar = [models.Index(fields=["voter_id"], name="outcome_of_voter")]

    def __str__(self) -> str:
        return f"{self.vote_id}: {'right' if self.correct else 'wrong'}"


class Hold(models.Model):
    """A fact: newcomers' votes of one side burst upon a video (docs/scoring.md).

    It covers the newcomers' votes cast from `since` to `until`; it is open while `until` is
    null. `scope` is the video, or the channel, whose rate burst. A moderator who releases it
    makes it `genuine`: then it changes nothing any more.
    """

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, db_collation="C")
    side = models.CharField(max_length=8, choices=Verdict)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    genuine = models.BooleanField(db_default=False)
    scope = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    threshold = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["video_id", "side"],
                condition=models.Q(until=None),
                name="hold_one_open_per_video_and_side",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["video_id"], name="hold_video"),
            models.Index(fields=["scope"], name="hold_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id}: {self.side} from {self.since}"


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


class Job(models.Model):
    """How far a long job has come: what is done stays done when it is killed."""

    name = models.CharField(max_length=32, primary_key=True)
    phase = models.CharField(max_length=16)
    after = models.CharField(max_length=64, db_default="", db_collation="C")
    done = models.PositiveIntegerField(db_default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.phase} after {self.after or 'the start'}"


class Brake(models.Model):
    """What an administrator holds back at runtime: one row, or none for no brake at all.

    A voter is new without any accepted vote; for `delay`, until `delay_minutes` after the first.
    Written by `brakes.set_brakes`, read through `votes.brakes` (docs/architecture.md).
    """

    class NewVoters(models.TextChoices):
        """What happens to the votes of new voters."""

        NONE = "none"
        DELAY = "delay"
        REFUSE = "refuse"

    DAY_MINUTES = 24 * 60
    YEAR_HOURS = 365 * 24
    BITS_MAX = 26

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    read_only = models.BooleanField(
        default=False, help_text="Refuse every write of the public API; reads go on."
    )
    new_voters = models.CharField(
        max_length=8,
        choices=NewVoters,
        default=NewVoters.NONE,
        help_text="Whether new voters' votes count, count later, or are refused.",
    )
    delay_minutes = models.PositiveIntegerField(
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)],
        help_text="Minutes after which a delayed vote counts, 1-1440.",
    )
    new_voters_per_minute = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="First votes accepted a minute, all in all; empty: no limit.",
    )
    dispute_age_hours = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(YEAR_HOURS)],
        help_text="Hours since the first vote before a dispute is accepted; 0: none.",
    )
    challenge_bits = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(BITS_MAX)],
        help_text="Zero bits of the proof of work a first vote needs; 0: none.",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="brake_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(new_voters__in=["none", "delay", "refuse"]),
                name="brake_for_new_voters_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(delay_minutes__gte=1, delay_minutes__lte=24 * 60),
                name="brake_delay_from_1_minute_to_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(new_voters_per_minute__gte=1), name="brake_lets_somebody_in"
            ),
            models.CheckConstraint(
                condition=models.Q(dispute_age_hours__lte=365 * 24),
                name="brake_dispute_age_up_to_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(challenge_bits__lte=26), name="brake_challenge_can_be_solved"
            ),
        ]

    def __str__(self) -> str:
        return "brakes"


class Erasure(models.Model):
    """A voter was erased: what a restored backup has to be told again (docs/operations.md).

    Kept as long as a backup may be. Holds no id, only `ids.erasure_mark`.
    """

    mark = models.CharField(max_length=64, primary_key=True, db_collation="C")
    erased_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["erased_at"], name="erasure_erased_at")]

    def __str__(self) -> str:
        return self.mark


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
    """The random half of the key for address pseudonyms, one a 30-day period."""

    period = models.PositiveIntegerField(primary_key=True)
    secret = models.BinaryField()

    def __str__(self) -> str:
        return str(self.period)
