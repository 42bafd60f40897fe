"""What moderators can decide, and have decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from common import ids

# Two names of a channel with a space between are the longest thing that is decided about.
TARGET_MAX = ids.CHANNEL_ID_MAX + 1 + ids.HANDLE_MAX + 1


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
    PAUSE_JUROR = "pause_juror", "Pause as a juror"
    RESUME_JUROR = "resume_juror", "Let be a juror again"
    HIDE_NOTE = "hide_note", "Hide note"
    SHOW_NOTE = "show_note", "Show note again"
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
    NOTE = "note"
    SERVICE = "service"


class Decision(models.Model):
    """One thing a moderator did. Append-only: triggers refuse UPDATE, DELETE and TRUNCATE.

    `before` and `after` are what it changed, and the channel that `name_channel` names;
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
