"""Remember how many independent voters dispute a video; channels count who has enough of both."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0005_video_of_two_minds"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="independent_disputers",
            field=models.PositiveIntegerField(db_default=0),
        ),
    ]
