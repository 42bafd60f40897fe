"""See to it that every decision so far is of a known action, while others write."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0043_notes"),
    ]

    operations = [
        ValidateConstraint(model_name="decision", name="decision_action_is_known"),
    ]
