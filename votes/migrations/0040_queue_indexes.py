"""Find open cases in the order of the queue, and appeals by their channel."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("votes", "0039_signs"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("channel", ""), _negated=True),
                fields=["channel", "created_at"],
                name="appeal_of_channel",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=["-rank", "id"],
                name="case_queued",
            ),
        ),
    ]
