"""What voters noticed in the videos that they vote on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0038_juries_confirm"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("video_id", models.CharField(db_collation="C", max_length=16)),
                (
                    "sign",
                    models.CharField(
                        choices=[
                            ("voice", "a synthetic voice"),
                            ("faces", "faces or hands"),
                            ("watermark", "a generator's watermark"),
                            ("text", "garbled text in the picture"),
                            ("music", "music"),
                            ("reused", "reused pictures"),
                            ("says_so", "it says so itself"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "voter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signs",
                        to="votes.voter",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["video_id", "voter"], name="sign_of_video")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("voter", "video_id", "sign"), name="sign_one_of_each_per_vote"
                    )
                ],
            },
        ),
    ]
