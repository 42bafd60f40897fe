"""Find what waits for a jury without reading all videos."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("videos", "0011_decided_by"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="video",
            index=models.Index(
                condition=models.Q(
                    ("decided_by", ""), ("independent_voters__gte", 2), ("locked", False)
                ),
                fields=["-independent_voters"],
                name="video_suspected",
            ),
        ),
    ]
