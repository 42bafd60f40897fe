from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="clip",
            name="kind",
            field=models.CharField(
                choices=[("film", "Film"), ("shots", "Shots")], db_default="film", max_length=8
            ),
        ),
        migrations.AddConstraint(
            model_name="clip",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "film"), ("vote__isnull", False), _connector="OR"),
                name="clip_of_shots_has_a_vote",
            ),
        ),
    ]
