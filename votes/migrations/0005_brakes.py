"""The runtime brakes, and decisions about them."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0004_holds_and_clusters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Brake",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "read_only",
                    models.BooleanField(
                        default=False,
                        help_text="Refuse every write of the public API; reads go on.",
                    ),
                ),
                (
                    "new_voters",
                    models.CharField(
                        choices=[("none", "None"), ("delay", "Delay"), ("refuse", "Refuse")],
                        default="none",
                        help_text="Whether new voters' votes count, count later, or are refused.",
                        max_length=8,
                    ),
                ),
                (
                    "delay_minutes",
                    models.PositiveIntegerField(
                        default=60,
                        help_text="Minutes after which a delayed vote counts, 1-1440.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                    ),
                ),
                (
                    "new_voters_per_minute",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="First votes accepted a minute, all in all; empty: no limit.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "dispute_age_hours",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Hours since the first vote before not_ai is accepted; 0: none.",
                        validators=[django.core.validators.MaxValueValidator(8760)],
                    ),
                ),
                (
                    "challenge_bits",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Zero bits of the proof of work a first vote needs; 0: none.",
                        validators=[django.core.validators.MaxValueValidator(26)],
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
                    ("service", "Service"),
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
                    ("set_brakes", "Set Brakes"),
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
                    ("service", "Service"),
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
                            "set_brakes",
                        ],
                    )
                ),
                name="decision_action_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="brake",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="brake_is_one_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="brake",
            constraint=models.CheckConstraint(
                condition=models.Q(("new_voters__in", ["none", "delay", "refuse"])),
                name="brake_for_new_voters_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="brake",
            constraint=models.CheckConstraint(
                condition=models.Q(("delay_minutes__gte", 1), ("delay_minutes__lte", 1440)),
                name="brake_delay_from_1_minute_to_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="brake",
            constraint=models.CheckConstraint(
                condition=models.Q(("new_voters_per_minute__gte", 1)), name="brake_lets_somebody_in"
            ),
        ),
        migrations.AddConstraint(
            model_name="brake",
            constraint=models.CheckConstraint(
                condition=models.Q(("dispute_age_hours__lte", 8760)),
                name="brake_dispute_age_up_to_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="brake",
            constraint=models.CheckConstraint(
                condition=models.Q(("challenge_bits__lte", 26)),
                name="brake_challenge_can_be_solved",
            ),
        ),
    ]
