"""What a video owes to lists that may not be passed on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0008_ai_music"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="restricted",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
