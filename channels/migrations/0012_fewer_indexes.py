"""Drop the index for LIKE of the sums: under the collation "C" the key's own serves it."""

from django.db import migrations

LIKE = "channels_sums_key_55ab4547_like"


class Migration(migrations.Migration):
    atomic = False  # an index goes beside writes only outside a transaction

    dependencies = [
        ("channels", "0011_decided_by"),
    ]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {LIKE}",
            f"CREATE INDEX CONCURRENTLY {LIKE} ON channels_sums (key varchar_pattern_ops)",
        ),
    ]
