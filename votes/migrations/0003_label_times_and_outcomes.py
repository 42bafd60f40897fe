"""Say when each outcome was reached, and which votes agreed with it."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("votes", "0002_decision_append_only")]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("phase", models.CharField(max_length=16)),
                ("after", models.CharField(db_collation="C", db_default="", max_length=64)),
                ("done", models.PositiveIntegerField(db_default=0)),
                (
                    "started_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("vote_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("voter_id", models.CharField(db_collation="C", max_length=32)),
                ("cast_at", models.DateTimeField()),
                ("correct", models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name="consensuslabel",
            name="ai_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="consensuslabel",
            name="human_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="consensuslabel",
            name="stood_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="vote",
            name="settled_category",
            field=models.CharField(
                choices=[
                    ("fully_ai", "Fully Ai"),
                    ("ai_voiceover", "Ai Voiceover"),
                    ("ai_visuals", "Ai Visuals"),
                    ("ai_thumbnails", "Ai Thumbnails"),
                    ("ai_assisted", "Ai Assisted"),
                    ("not_ai", "Not Ai"),
                ],
                db_collation="C",
                max_length=16,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="consensuslabel",
            name="verdict",
            field=models.CharField(
                choices=[("ai", "Ai"), ("human", "Human")], max_length=8, null=True
            ),
        ),
        migrations.AddIndex(
            model_name="outcome",
            index=models.Index(fields=["voter_id"], name="outcome_of_voter"),
        ),
        migrations.RunSQL(
            """
            UPDATE votes_consensuslabel
            SET ai_since = CASE verdict WHEN 'ai' THEN since END,
              human_since = CASE verdict WHEN 'human' THEN since END,
              stood_at = CASE verdict WHEN 'ai' THEN since END
            """,
            reverse_sql="DELETE FROM votes_consensuslabel WHERE verdict IS NULL",
        ),
    ]
