"""Keep with a voter whether they are proven, so that the rule stands once, in `votes.trust`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0019_parts_of_decisions_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="voter",
            name="is_proven",
            field=models.BooleanField(db_default=False),
        ),
        # Few are; the nightly run says it of whoever becomes one while old code still runs.
        migrations.RunSQL(
            "UPDATE votes_voter SET is_proven = true"
            " WHERE resolved_count >= 10 AND 100 * correct_count >= 70 * resolved_count",
            migrations.RunSQL.noop,
        ),
    ]
