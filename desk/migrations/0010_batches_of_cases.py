"""Batches of cases, and those that take back another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0009_pause_jurors"),
        ("votes", "0034_queue_by_harm"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="answer",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="batch",
            name="category",
            field=models.CharField(
                blank=True,
                choices=[
                    ("fully_ai", "Fully Ai"),
                    ("ai_voiceover", "Ai Voiceover"),
                    ("ai_visuals", "Ai Visuals"),
                    ("ai_thumbnails", "Ai Thumbnails"),
                    ("ai_assisted", "Ai Assisted"),
                    ("ai_music", "Ai Music"),
                    ("not_ai", "Not Ai"),
                ],
                db_default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="of_cases",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="reverses",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversed_by",
                to="desk.batch",
            ),
        ),
        migrations.CreateModel(
            name="BatchPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="desk.batch",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch_part",
                        to="votes.decision",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
