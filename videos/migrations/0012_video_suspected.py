"""Find what waits for a jury without reading all videos."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Rows that the pipeline is writing right now are left out, as they would have to be waited for.
SUSPECTED = """
UPDATE videos_video SET suspected = floor(log(2, independent_voters)) WHERE video_id IN (
  SELECT video_id FROM videos_video
  WHERE NOT locked AND decided_by = '' AND independent_voters >= 2
  FOR NO KEY UPDATE SKIP LOCKED)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("videos", "0011_decided_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="suspected",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.RunSQL(SUSPECTED, reverse_sql=migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="video",
            index=models.Index(
                condition=models.Q(("suspected__isnull", False)),
                fields=["-suspected"],
                name="video_suspected",
            ),
        ),
    ]
