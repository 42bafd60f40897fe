"""A video no longer has its channel's score.

The column stays for a while: processes of the version before still write it during an update.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0006_video_independent_disputers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="video", name="channel_score")]
        ),
    ]
