"""Notes of jurors, what others say of them, and moderators who hide them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import votes.models.notes

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
    ("name_channel", "Name its channel"),
    ("deny_channels", "None of these channels"),
    ("unname_channel", "Channel as voters say"),
    ("shadowban", "Shadowban"),
    ("unban", "Unban"),
    ("make_vip", "Make VIP"),
    ("revoke_vip", "Revoke VIP"),
    ("pause_juror", "Pause as a juror"),
    ("resume_juror", "Let be a juror again"),
    ("hide_note", "Hide note"),
    ("show_note", "Show note again"),
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
    ("note", "Note"),
    ("service", "Service"),
]
_NOW = django.db.models.functions.datetime.Now()


def _choices(model, name, choices, length):
    return migrations.AlterField(
        model_name=model,
        name=name,
        field=models.CharField(choices=choices, max_length=length),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0042_gold_left"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="decision_action_is_known"),
        _choices("case", "target_type", TARGETS, 16),
        _choices("decision", "target_type", TARGETS, 16),
        _choices("decision", "action", ACTIONS, 32),
        _choices("firstoftwo", "action", ACTIONS, 32),
        AddConstraintNotValid(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", [action for action, _ in ACTIONS])),
                name="decision_action_is_known",
            ),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.CharField(
                        db_collation="C",
                        default=votes.models.notes._note_id,
                        max_length=17,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=280)),
                ("link", models.CharField(blank=True, db_default="", max_length=500)),
                ("at", models.PositiveIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("shown", "Shown"),
                            ("unshown", "Unshown"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        db_collation="C",
                        db_default="waiting",
                        max_length=16,
                    ),
                ),
                ("is_hidden", models.BooleanField(db_default=False)),
                ("written_at", models.DateTimeField(db_default=_NOW)),
                ("closes_at", models.DateTimeField(null=True)),
                ("part", models.FloatField()),
                ("helpful", models.PositiveIntegerField(db_default=0)),
                ("rated", models.PositiveIntegerField(db_default=0)),
                ("reported", models.PositiveIntegerField(db_default=0)),
                ("voice", models.CharField(db_collation="C", max_length=32, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="votes.juror",
                    ),
                ),
                (
                    "panel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="votes.panel",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(("closes_at__isnull", False)),
                        name="note_rated_now",
                    ),
                    models.Index(
                        fields=["-reported", "-written_at"],
                        condition=models.Q(("reported__gt", 0)),
                        name="note_reported",
                    ),
                    models.Index(fields=["-written_at"], name="note_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("author", "panel"), name="note_one_of_juror_a_panel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(state="withdrawn", text="", link="", at=None)
                        | (
                            ~models.Q(state="withdrawn")
                            & ~models.Q(text="")
                            & (
                                (models.Q(link="", at__isnull=False, at__lte=43200))
                                | (~models.Q(link="") & models.Q(at=None))
                            )
                        ),
                        name="note_has_text_and_one_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("helpful", models.BooleanField()),
                ("rated_at", models.DateTimeField(db_default=_NOW)),
                ("voice", models.CharField(db_collation="C", max_length=32, null=True)),
                (
                    "juror",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="votes.juror",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="votes.note",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("note", "juror"), name="note_rated_once_by_juror"
                    )
                ],
            },
        ),
    ]
