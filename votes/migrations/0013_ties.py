"""Decisions and cases about two names that may be one channel.

Targets may be longer for it, which rewrites nothing. The constraint is validated by the next one.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ACTIONS = [
    ("lock_ai", "Lock as AI"),
    ("lock_human", "Lock as human"),
    ("unlock", "Unlock"),
    ("hide", "Hide"),
    ("unhide", "Unhide"),
    ("shadow_hide", "Hide quietly"),
    ("shadow_unhide", "Show again"),
    ("hold", "Hold below 50"),
    ("release", "Release"),
    ("shadowban", "Shadowban"),
    ("unban", "Unban"),
    ("make_vip", "Make VIP"),
    ("revoke_vip", "Revoke VIP"),
    ("flag_channel", "Lock channel as AI"),
    ("clear_channel", "Clear channel"),
    ("unlock_channel", "Unlock channel"),
    ("confirm_claims", "Confirm claims"),
    ("question_claims", "Question claims"),
    ("confirm_tie", "Confirm tie"),
    ("reject_tie", "Reject tie"),
    ("reopen_tie", "Reopen tie"),
    ("confirm_cluster", "Confirm cluster"),
    ("dissolve_cluster", "Dissolve cluster"),
    ("reopen_cluster", "Reopen cluster"),
    ("set_brakes", "Set brakes"),
    ("warn", "Warn"),
    ("withdraw_warning", "Withdraw warning"),
    ("reject_appeal", "Reject appeal"),
    ("dismiss_case", "Dismiss case"),
    ("reopen_case", "Reopen case"),
]
TARGETS = [
    ("video", "Video"),
    ("channel", "Channel"),
    ("tie", "Tie"),
    ("voter", "Voter"),
    ("cluster", "Cluster"),
    ("service", "Service"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0012_vote_first_casts_and_sites"),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=model,
                name="target_type",
                field=models.CharField(choices=TARGETS, max_length=16),
            )
            for model in ("case", "decision")
        ),
        *(
            migrations.AlterField(
                model_name=model,
                name="target_id",
                field=models.CharField(db_collation="C", max_length=98),
            )
            for model in ("case", "decision")
        ),
        migrations.AlterField(
            model_name="case",
            name="kind",
            field=models.CharField(
                choices=[
                    ("burst", "Burst"),
                    ("dispute", "Dispute"),
                    ("appeal", "Appeal"),
                    ("cluster", "Cluster"),
                    ("claim_conflict", "Claim Conflict"),
                    ("tie", "Tie"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=32),
        ),
        migrations.RemoveConstraint(model_name="decision", name="decision_action_is_known"),
        AddConstraintNotValid(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", [action for action, _ in ACTIONS])),
                name="decision_action_is_known",
            ),
        ),
    ]
