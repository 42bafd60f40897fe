"""Ties are decided about, too; a batch knows the names of everything that is."""

from django.db import migrations, models

from votes.models import Action, TargetType


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0005_fold_handles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="action",
            field=models.CharField(choices=Action.choices, max_length=32),
        ),
        migrations.AlterField(
            model_name="batch",
            name="target_type",
            field=models.CharField(choices=TargetType.choices, max_length=16),
        ),
    ]
