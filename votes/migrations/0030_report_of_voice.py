"""Find the reports of a channel network by network."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("votes", "0029_fewer_indexes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="channelreport",
            index=models.Index(
                fields=["channel_key", "voice", "-reported_at"], name="report_of_voice"
            ),
        ),
        RemoveIndexConcurrently(model_name="channelreport", name="report_of_channel"),
        AddIndexConcurrently(
            model_name="channelreport",
            index=BrinIndex(fields=["reported_at"], name="report_age"),
        ),
        RemoveIndexConcurrently(model_name="channelreport", name="report_by_age"),
    ]
