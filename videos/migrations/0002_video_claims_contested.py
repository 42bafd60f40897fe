"""Remember that voters disagree about a video's channel."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="claims_contested",
            field=models.BooleanField(db_default=False),
        ),
    ]
