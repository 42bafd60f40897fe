"""Say since when a channel is about to be flagged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="notice_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
