"""Find the votes that name a handle, for when it turns out to be another channel's."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("votes", "0020_voter_is_proven"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="vote",
            index=models.Index(
                condition=models.Q(("claimed_handle__isnull", False)),
                fields=["claimed_handle"],
                name="vote_claimed_handle",
            ),
        ),
    ]
