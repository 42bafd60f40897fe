"""The label of the /32, of IPv6; null in what is from before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0032_samples"),
    ]

    operations = [
        migrations.AddField(
            model_name="vote",
            name="provider",
            field=models.CharField(db_collation="C", max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="observation",
            name="provider",
            field=models.CharField(db_collation="C", max_length=32, null=True),
        ),
    ]
