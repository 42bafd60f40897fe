"""Drop indexes for LIKE, which the unique ones serve, and leave room to update rows in place."""

from django.db import migrations

LIKE = {
    "channel_id": "channels_channel_channel_id_cda509f8_like",
    "handle": "channels_channel_handle_4d6186bb_like",
}


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0002_channel_notice_since"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {name}",
                f"CREATE INDEX {name} ON channels_channel ({column} varchar_pattern_ops)",
            )
            for column, name in LIKE.items()
        ),
        migrations.RunSQL(
            "ALTER TABLE channels_channel SET (fillfactor = 80)",
            "ALTER TABLE channels_channel RESET (fillfactor)",
        ),
    ]
