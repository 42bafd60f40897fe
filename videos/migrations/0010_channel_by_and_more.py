"""By whose word a video's channel flags it, and what a mirror does not know of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0009_restricted"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="channel_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=9),
        ),
        migrations.AddField(
            model_name="video",
            name="more",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
