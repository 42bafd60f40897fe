"""Juries confirm by default; a site that has votes goes on as it is until its operator says so."""

from django.db import migrations, models

CHOICES = [("votes", "Votes"), ("juries", "Juries")]
# Where nobody has set a brake. A decision like any other, which can be taken back at the desk.
KEEP_VOTES = """
WITH kept AS (
  INSERT INTO votes_brake (id, read_only, new_voters, delay_minutes, dispute_age_hours,
    challenge_bits, confirms, in_force)
  SELECT 1, false, 'none', 60, 0, 0, 'votes', 'votes' WHERE EXISTS (SELECT FROM votes_vote)
  ON CONFLICT (id) DO NOTHING RETURNING id
)
INSERT INTO votes_decision (actor, action, target_type, target_id, reason, before, after)
SELECT 'upgrade', 'set_brakes', 'service', 'brakes',
  'Votes confirmed here before juries did so by default; nothing changes by an upgrade alone.',
  '{"confirms": "juries"}', '{"confirms": "votes"}' FROM kept
"""


def _by_default(name, **more):
    return migrations.AlterField(
        model_name="brake",
        name=name,
        field=models.CharField(
            choices=CHOICES, db_default="juries", default="juries", max_length=8, **more
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0037_trust_by_decisions"),
    ]

    operations = [
        migrations.RunSQL(KEEP_VOTES, migrations.RunSQL.noop),
        _by_default(
            "confirms",
            help_text="What takes a video to 80 and more: also votes, or juries, moderators, "
            "lists and measurements alone; votes then reach 79.9.",
        ),
        _by_default("in_force", editable=False),
    ]
