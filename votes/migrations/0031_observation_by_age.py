"""Find observations that are to be forgotten, whole."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("votes", "0030_report_of_voice"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="observation",
            index=models.Index(fields=["observed_at"], name="observation_by_age"),
        ),
        RemoveIndexConcurrently(model_name="observation", name="observation_with_videos"),
    ]
