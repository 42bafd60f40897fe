"""What voters' pages call the videos that they vote on."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0034_queue_by_harm"),
    ]

    operations = [
        migrations.CreateModel(
            name="Title",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("video_id", models.CharField(db_collation="C", max_length=16)),
                ("title", models.CharField(blank=True, db_default="", max_length=200)),
                ("channel_name", models.CharField(blank=True, db_default="", max_length=200)),
                (
                    "said_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "voter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="titles",
                        to="votes.voter",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["video_id", "-said_at"], name="title_of_video"),
                    models.Index(fields=["said_at"], name="title_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("voter", "video_id"), name="title_one_per_voter_and_video"
                    )
                ],
            },
        ),
    ]
