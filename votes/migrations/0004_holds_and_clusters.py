"""Facts about bursts and about accounts that vote together."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("votes", "0003_label_times_and_outcomes")]

    operations = [
        migrations.CreateModel(
            name="Cluster",
            fields=[
                (
                    "key",
                    models.CharField(
                        db_collation="C", max_length=32, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("confirmed", "Confirmed"),
                            ("dissolved", "Dissolved"),
                        ],
                        db_default="found",
                        max_length=16,
                    ),
                ),
                (
                    "found_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("video_id", models.CharField(db_collation="C", max_length=16)),
                (
                    "side",
                    models.CharField(choices=[("ai", "Ai"), ("human", "Human")], max_length=8),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("genuine", models.BooleanField(db_default=False)),
                ("scope", models.CharField(db_collation="C", max_length=65)),
                ("threshold", models.PositiveIntegerField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_action_is_known",
        ),
        migrations.AlterField(
            model_name="case",
            name="target_type",
            field=models.CharField(
                choices=[
                    ("video", "Video"),
                    ("channel", "Channel"),
                    ("voter", "Voter"),
                    ("cluster", "Cluster"),
                ],
                max_length=16,
            ),
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
                ],
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="target_type",
            field=models.CharField(
                choices=[
                    ("video", "Video"),
                    ("channel", "Channel"),
                    ("voter", "Voter"),
                    ("cluster", "Cluster"),
                ],
                max_length=16,
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
                        ],
                    )
                ),
                name="decision_action_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["video_id"], name="hold_video"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["scope"], name="hold_scope"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("video_id", "side"),
                name="hold_one_open_per_video_and_side",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="cluster",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="votes.cluster",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="voter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="votes.voter",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("cluster", "voter"), name="membership_one_per_cluster_and_voter"
            ),
        ),
    ]
