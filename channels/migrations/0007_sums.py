"""Keep what a channel's videos add up to, instead of reading all of them for every vote.

The table fills as the pipeline rolls up channels by the new version of the rules.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0006_channel_names_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sums",
            fields=[
                (
                    "key",
                    models.CharField(
                        db_collation="C", max_length=65, primary_key=True, serialize=False
                    ),
                ),
                ("videos", models.PositiveIntegerField()),
                ("tracked", models.PositiveIntegerField()),
                ("flagged", models.PositiveIntegerField()),
                ("flagged_sum", models.DecimalField(decimal_places=2, max_digits=16)),
                ("contested", models.PositiveIntegerField()),
                (
                    "weights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=2, max_digits=16), size=None
                    ),
                ),
                ("last", models.DateTimeField()),
            ],
        ),
    ]
