"""Selectors that an administrator enters for the extension; rows are never changed."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("sync", "0003_status_change")]

    operations = [
        migrations.CreateModel(
            name="ClientSelectors",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("reason", models.CharField(max_length=200)),
                ("author", models.CharField(editable=False, max_length=150)),
                ("created_at", models.DateTimeField(db_default=Now(), editable=False)),
            ],
            options={"verbose_name_plural": "client selectors"},
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION sync_clientselectors_refuse_change() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION 'client selectors are append-only'
                USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER clientselectors_append_only
              BEFORE UPDATE OR DELETE ON sync_clientselectors
              FOR EACH ROW EXECUTE FUNCTION sync_clientselectors_refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER clientselectors_append_only ON sync_clientselectors;
            DROP FUNCTION sync_clientselectors_refuse_change();
            """,
        ),
    ]
