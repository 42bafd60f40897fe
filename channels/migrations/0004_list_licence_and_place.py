"""Keep the licence of a list, and where in it each entry stands."""

import django.db.models.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0003_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListSource",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("licence", models.CharField(blank=True, max_length=100)),
                (
                    "imported_at",
                    models.DateTimeField(db_default=django.db.models.functions.Now()),
                ),
            ],
        ),
        migrations.AddField(
            model_name="listing",
            name="place",
            field=models.PositiveIntegerField(db_default=0),
        ),
    ]
