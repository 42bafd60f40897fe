"""By whose word a channel is flagged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0010_listed_and_more"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="decided_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
    ]
