"""The queue of cases by the harm that they are about; appeals by their owner.

The table of cases is written anew for its place in the queue, which takes a moment: it is small.
The indexes follow in 0040.
"""

from math import log

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Extract, Ln


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0033_providers"),
    ]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="channel",
            field=models.CharField(blank=True, db_collation="C", db_default="", max_length=65),
        ),
        migrations.AddField(
            model_name="case",
            name="affected",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="size",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="rank",
            field=models.GeneratedField(
                db_persist=True,
                expression=Ln(F("affected") + 1) / log(2)
                + Ln(F("size") + 1) / log(2)
                - Extract("opened_at", "epoch") / 86_400.0,
                output_field=models.FloatField(),
            ),
        ),
    ]
