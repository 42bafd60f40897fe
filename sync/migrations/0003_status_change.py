"""The public history of videos and channels."""

from django.db import migrations, models

KINDS = [("video", "Video"), ("channel", "Channel")]


class Migration(migrations.Migration):
    dependencies = [("sync", "0002_mirror")]

    operations = [
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=8)),
                ("key", models.CharField(db_collation="C", max_length=65)),
                ("at", models.DateTimeField()),
                ("before", models.CharField(max_length=16)),
                ("after", models.CharField(max_length=16)),
                ("cause", models.CharField(max_length=16)),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "key", "id"], name="statuschange_object")]
            },
        )
    ]
