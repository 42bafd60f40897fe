"""All handles of a channel, by which rules it was rolled up, and what moderators say of ties.

Whatever was rolled up so far was so by older rules: the pipeline of the new release looks at it
again, also at what the release before rolls up meanwhile.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0004_list_licence_and_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="former_handles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(db_collation="C", max_length=64),
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="rules",
            field=models.PositiveSmallIntegerField(db_default=0),
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel_id", models.CharField(db_collation="C", max_length=32)),
                ("handle", models.CharField(db_collation="C", max_length=64)),
                ("confirmed", models.BooleanField()),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["channel_id"], name="tie_channel_id")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("handle", "channel_id"), name="tie_one_per_handle_and_id"
                    )
                ],
            },
        ),
    ]
