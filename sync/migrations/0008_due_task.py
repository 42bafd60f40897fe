"""Keep in the database when background tasks are due."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0007_change_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="DueTask",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                (
                    "first_sent_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("sent_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
