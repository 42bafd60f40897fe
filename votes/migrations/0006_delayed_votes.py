"""Votes of new voters that wait before they count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0005_brakes"),
    ]

    operations = [
        migrations.AddField(
            model_name="vote",
            name="waits_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="vote",
            index=models.Index(
                condition=models.Q(("waits_until__isnull", False)),
                fields=["waits_until"],
                name="vote_waiting",
            ),
        ),
    ]
