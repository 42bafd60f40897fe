"""What a jury found of a video, so that it is known when its votes have to be judged anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0013_disputed_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="video",
            name="jury",
            field=models.CharField(max_length=8, null=True),
        ),
    ]
