"""Warnings to voters."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0006_delayed_votes"),
    ]

    operations = [
        migrations.CreateModel(
            name="VoterWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_action_is_known",
        ),
        migrations.AlterField(
            model_name="decision",
            name="action",
            field=models.CharField(
                choices=[
                    ("lock_ai", "Lock Ai"),
                    ("lock_human", "Lock Human"),
                    ("unlock", "Unlock"),
                    ("hide", "Hide"),
                    ("unhide", "Unhide"),
                    ("shadow_hide", "Shadow Hide"),
                    ("shadow_unhide", "Shadow Unhide"),
                    ("hold", "Hold"),
                    ("release", "Release"),
                    ("shadowban", "Shadowban"),
                    ("unban", "Unban"),
                    ("make_vip", "Make Vip"),
                    ("revoke_vip", "Revoke Vip"),
                    ("flag_channel", "Flag Channel"),
                    ("clear_channel", "Clear Channel"),
                    ("unlock_channel", "Unlock Channel"),
                    ("confirm_claims", "Confirm Claims"),
                    ("confirm_cluster", "Confirm Cluster"),
                    ("dissolve_cluster", "Dissolve Cluster"),
                    ("set_brakes", "Set Brakes"),
                    ("warn", "Warn"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "lock_ai",
                            "lock_human",
                            "unlock",
                            "hide",
                            "unhide",
                            "shadow_hide",
                            "shadow_unhide",
                            "hold",
                            "release",
                            "shadowban",
                            "unban",
                            "make_vip",
                            "revoke_vip",
                            "flag_channel",
                            "clear_channel",
                            "unlock_channel",
                            "confirm_claims",
                            "confirm_cluster",
                            "dissolve_cluster",
                            "set_brakes",
                            "warn",
                        ],
                    )
                ),
                name="decision_action_is_known",
            ),
        ),
        migrations.AddField(
            model_name="voterwarning",
            name="voter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="warnings",
                to="votes.voter",
            ),
        ),
        migrations.AddConstraint(
            model_name="voterwarning",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="warning_has_a_reason"
            ),
        ),
    ]
