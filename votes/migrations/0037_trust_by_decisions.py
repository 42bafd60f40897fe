"""What votes settle by themselves is kept no more: votes are judged by decisions alone.

The table of labels and the column of proven voters are used no more. The release before still reads
and writes them, so they stay in the database for now; the next release may drop them.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0036_appeals_that_work"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="ConsensusLabel"),
                migrations.RemoveField(model_name="voter", name="is_proven"),
            ]
        ),
    ]
