"""A sixth category of votes: AI music. Votes so far are checked by the next migration."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

CATEGORIES = [
    ("fully_ai", "Fully Ai"),
    ("ai_voiceover", "Ai Voiceover"),
    ("ai_visuals", "Ai Visuals"),
    ("ai_thumbnails", "Ai Thumbnails"),
    ("ai_assisted", "Ai Assisted"),
    ("ai_music", "Ai Music"),
    ("not_ai", "Not Ai"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0021_vote_claimed_handle"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="vote", name="vote_category_is_known"),
        migrations.AlterField(
            model_name="vote",
            name="category",
            field=models.CharField(choices=CATEGORIES, db_collation="C", max_length=16),
        ),
        migrations.AlterField(
            model_name="vote",
            name="settled_category",
            field=models.CharField(choices=CATEGORIES, db_collation="C", max_length=16, null=True),
        ),
        AddConstraintNotValid(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(("category__in", [name for name, _ in CATEGORIES])),
                name="vote_category_is_known",
            ),
        ),
    ]
