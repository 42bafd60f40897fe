"""Find the decisions that carry out one about many."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("votes", "0018_parts_of_decisions"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("part_of__isnull", False)),
                fields=["part_of", "target_id"],
                name="decision_part",
            ),
        ),
    ]
