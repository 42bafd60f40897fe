"""A vote writes a video's row and no index: none has a column that most votes change.

`last_updated` and the counts of votes were in one, so every vote wrote all nine again.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# Rows that the pipeline is writing right now are left out, as they would have to be waited for.
DISPUTED = """
UPDATE videos_video SET disputed_at = last_updated WHERE video_id IN (
  SELECT video_id FROM videos_video WHERE NOT locked AND voters >= 3 AND disputes >= 3
  FOR NO KEY UPDATE SKIP LOCKED)
"""


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("videos", "0012_video_suspected"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="disputed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(DISPUTED, reverse_sql=migrations.RunSQL.noop),
        # Room for the next version of a row in its page; `videos_video` has it already.
        migrations.RunSQL(
            "ALTER TABLE videos_videocategory SET (fillfactor = 85)",
            reverse_sql="ALTER TABLE videos_videocategory RESET (fillfactor)",
        ),
        AddIndexConcurrently(
            model_name="video",
            index=models.Index(
                condition=models.Q(("disputed_at__isnull", False)),
                fields=["disputed_at"],
                name="video_disputed_at",
            ),
        ),
        RemoveIndexConcurrently(model_name="video", name="video_of_two_minds"),
    ]
