"""What a worker counts of secret gold, and decided panels by when: the desk's first page waits for
neither."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside writes only outside a transaction

    dependencies = [
        ("votes", "0041_mail_language"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoldLeft",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("of", models.PositiveIntegerField()),
                ("jurors", models.PositiveIntegerField()),
                ("least", models.IntegerField()),
                ("median", models.IntegerField()),
                ("a_day", models.FloatField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="gold_left_is_one_row"
                    )
                ],
            },
        ),
        AddIndexConcurrently(
            model_name="panel",
            index=models.Index(
                condition=models.Q(("outcome", "open"), _negated=True),
                fields=["decided_at"],
                include=("drawn", "said_ai", "said_human"),
                name="panel_decided",
            ),
        ),
    ]
