"""When a voter first took a side, and the label of the /48; null in the votes of before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0011_erasure"),
    ]

    operations = [
        migrations.AddField(
            model_name="vote",
            name="first_ai_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="vote",
            name="first_human_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="vote",
            name="site_pseudonym",
            field=models.CharField(db_collation="C", max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="vote",
            name="site",
            field=models.CharField(db_collation="C", max_length=32, null=True),
        ),
    ]
