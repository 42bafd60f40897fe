"""By whose word a video is flagged, and what of it may be passed on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0010_channel_by_and_more"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="decided_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="video",
            name="passed_score",
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
        ),
    ]
