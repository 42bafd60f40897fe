"""See to it that every vote so far is of a known category, while others write."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0022_ai_music"),
    ]

    operations = [
        ValidateConstraint(model_name="vote", name="vote_category_is_known"),
    ]
