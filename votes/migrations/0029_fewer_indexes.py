"""Drop what every vote paid for and others serve: three indexes began with its voter.

Django adds one to a foreign key, and one for LIKE to each text key. The first column of "one vote
per voter and video" does for the former, under the collation "C" the key's own for the latter.
"""

import django.db.models.deletion
from django.db import migrations, models

INDEXES = {
    "votes_vote_voter_id_5a5a77f0": "votes_vote (voter_id)",
    "votes_vote_voter_id_5a5a77f0_like": "votes_vote (voter_id varchar_pattern_ops)",
    "votes_voter_public_id_d9986d2f_like": "votes_voter (public_id varchar_pattern_ops)",
    "votes_consensuslabel_video_id_1e86692c_like": (
        "votes_consensuslabel (video_id varchar_pattern_ops)"
    ),
}


class Migration(migrations.Migration):
    atomic = False  # an index goes beside writes only outside a transaction

    dependencies = [
        ("votes", "0028_draws_append_only"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="vote",
                    name="voter",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="votes.voter",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY {name} ON {of}",
                )
                for name, of in INDEXES.items()
            ],
        ),
    ]
