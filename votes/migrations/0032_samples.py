"""The monthly sample, what it found, and jurors who agree too often."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_TRIGGERS = """
CREATE FUNCTION votes_errorrate_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'error rates are append-only';
END $$;
CREATE TRIGGER error_rate_append_only BEFORE UPDATE OR DELETE ON votes_errorrate
  FOR EACH ROW EXECUTE FUNCTION votes_errorrate_refuse_change();
CREATE TRIGGER error_rate_no_truncate BEFORE TRUNCATE ON votes_errorrate
  FOR EACH STATEMENT EXECUTE FUNCTION votes_errorrate_refuse_change();
ALTER TABLE votes_errorrate ENABLE ALWAYS TRIGGER error_rate_append_only;
ALTER TABLE votes_errorrate ENABLE ALWAYS TRIGGER error_rate_no_truncate;
"""
_NO_TRIGGERS = """
DROP TRIGGER error_rate_append_only ON votes_errorrate;
DROP TRIGGER error_rate_no_truncate ON votes_errorrate;
DROP FUNCTION votes_errorrate_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0031_observation_by_age"),
    ]

    operations = [
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
                    ("measurement", "Measurement"),
                    ("reports", "Reports"),
                    ("undecided", "Undecided"),
                    ("sample", "Sample"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("seed", models.BinaryField()),
                ("of_ai", models.PositiveIntegerField()),
                ("of_human", models.PositiveIntegerField()),
                ("wanted_ai", models.PositiveIntegerField()),
                ("wanted_human", models.PositiveIntegerField()),
                (
                    "drawn_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["month"],
                        name="sample_is_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SampleItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("ai", "ai"), ("human", "human")], db_collation="C", max_length=8
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("video_id", models.CharField(db_collation="C", max_length=16)),
                ("set_aside_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("ai", "ai"), ("human", "human"), ("unsure", "unsure")],
                        max_length=8,
                        null=True,
                    ),
                ),
                (
                    "panel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="votes.panel",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="votes.sample",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SampleAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moderator", models.CharField(max_length=150, null=True)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("ai", "Ai"),
                            ("partly", "Partly"),
                            ("human", "Human"),
                            ("unsure", "Unsure"),
                        ],
                        db_collation="C",
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fully_ai", "fully_ai"),
                            ("ai_voiceover", "ai_voiceover"),
                            ("ai_visuals", "ai_visuals"),
                            ("ai_thumbnails", "ai_thumbnails"),
                            ("ai_assisted", "ai_assisted"),
                            ("ai_music", "ai_music"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="votes.sampleitem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JurorPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("together", models.PositiveIntegerField()),
                ("agreed", models.PositiveIntegerField()),
                ("both_wrong", models.PositiveIntegerField()),
                ("expected", models.FloatField()),
                ("excess", models.FloatField()),
                (
                    "found_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="votes.juror",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="votes.juror",
                    ),
                ),
            ],
            options={
                "verbose_name": "pair of jurors",
                "verbose_name_plural": "pairs of jurors",
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="juror_pair_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("ai", "ai"), ("human", "human")], db_collation="C", max_length=8
                    ),
                ),
                ("decided", models.PositiveIntegerField()),
                ("asked", models.PositiveIntegerField()),
                ("set_aside", models.PositiveIntegerField()),
                ("answered", models.PositiveIntegerField()),
                ("unclear", models.PositiveIntegerField()),
                ("wrong", models.PositiveIntegerField()),
                ("rate", models.FloatField(null=True)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="votes.sample",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sample", "side"), name="error_rate_once_a_side"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wrong__lte", models.F("answered"))),
                        name="error_rate_of_answers",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "side", "place"), name="sample_item_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("verdict", None)),
                    models.Q(("settled_at__isnull", False), ("verdict__isnull", False)),
                    _connector="OR",
                ),
                name="sample_item_is_settled_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleanswer",
            constraint=models.UniqueConstraint(
                fields=("item", "moderator"), name="sample_answer_once"
            ),
        ),
        migrations.RunSQL(_TRIGGERS, reverse_sql=_NO_TRIGGERS),
    ]
