"""Find channels by a handle that they no longer show, and those of older rules."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("channels", "0005_names_and_ties"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="channel",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["former_handles"], name="channel_former_handles"
            ),
        ),
        AddIndexConcurrently(
            model_name="channel",
            index=models.Index(fields=["rules"], name="channel_rules"),
        ),
    ]
