"""Lists that are fetched by themselves, and what may be passed on of what lists say."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0008_measured"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=64, unique=True)),
                ("url", models.CharField(max_length=2000)),
                (
                    "level",
                    models.CharField(choices=[("block", "Block"), ("warn", "Warn")], max_length=8),
                ),
                ("licence", models.CharField(blank=True, max_length=100)),
                ("every_s", models.PositiveIntegerField()),
                ("paused", models.BooleanField(default=False)),
                ("accept_shrink", models.BooleanField(default=False)),
                ("etag", models.CharField(blank=True, max_length=500)),
                ("last_modified", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "not fetched yet"),
                            ("good", "up to date"),
                            ("shrunk", "may be cut off: nothing was closed"),
                            ("failed", "failed"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("fetched_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "next_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("claimed_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "list by URL",
                "verbose_name_plural": "lists by URL",
            },
        ),
        migrations.AlterModelOptions(
            name="listsource",
            options={"verbose_name": "list"},
        ),
        migrations.AddField(
            model_name="channel",
            name="passed_auto_flag",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="channel",
            name="passed_score",
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="restricted",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="listsource",
            name="use",
            field=models.CharField(
                choices=[
                    ("unknown", "not answered: passed on until somebody answers"),
                    ("passed_on", "may be passed on"),
                    ("here", "this site alone may serve it"),
                    ("nowhere", "not published"),
                ],
                db_default="unknown",
                default="unknown",
                max_length=10,
            ),
        ),
    ]
