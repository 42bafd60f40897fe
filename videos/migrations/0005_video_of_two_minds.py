from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("videos", "0004_fewer_indexes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="video",
            index=models.Index(
                condition=models.Q(("disputes__gte", 3), ("locked", False), ("voters__gte", 3)),
                fields=["last_updated"],
                name="video_of_two_minds",
            ),
        ),
    ]
