"""Who confirms: votes too, or juries, moderators, lists and measurements alone."""

from django.db import migrations, models

CHOICES = [("votes", "Votes"), ("juries", "Juries")]


class Migration(migrations.Migration):
    dependencies = [("votes", "0025_reports")]

    operations = [
        migrations.AddField(
            model_name="brake",
            name="confirms",
            field=models.CharField(
                choices=CHOICES,
                db_default="votes",
                default="votes",
                help_text="What takes a video to 80 and more: also votes, or juries, moderators, "
                "lists and measurements alone; votes then reach 79.9.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="brake",
            name="in_force",
            field=models.CharField(
                choices=CHOICES,
                db_default="votes",
                default="votes",
                editable=False,
                max_length=8,
            ),
        ),
    ]
