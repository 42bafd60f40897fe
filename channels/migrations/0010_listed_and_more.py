"""Which channels are flagged by lists alone, and what a mirror does not know of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0009_subscriptions_and_licences"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="listed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="channel",
            name="more",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
