"""Drop what every row of the change log paid for and nothing used."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0006_backup"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="revision",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="sync.revision",
            ),
        ),
    ]
