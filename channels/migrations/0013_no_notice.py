"""Votes flag no channel any more, so none is given notice.

The release before still reads and writes the table of notices and the column of channels, so they
stay in the database for now; the next release may drop them.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0012_fewer_indexes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="Notice"),
                migrations.RemoveField(model_name="channel", name="notice_since"),
            ]
        ),
    ]
