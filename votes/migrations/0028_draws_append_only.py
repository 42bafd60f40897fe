"""Refuse to change the log of draws; see to it that every decision so far is of a known action."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

_TABLES = ("votes_draw", "votes_drawnbatch")
_TRIGGERS = "\n".join(
    f"""
    CREATE TRIGGER draw_append_only BEFORE UPDATE OR DELETE ON {table}
      FOR EACH ROW EXECUTE FUNCTION votes_draw_refuse_change();
    CREATE TRIGGER draw_no_truncate BEFORE TRUNCATE ON {table}
      FOR EACH STATEMENT EXECUTE FUNCTION votes_draw_refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER draw_append_only;
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER draw_no_truncate;
    """
    for table in _TABLES
)
_NO_TRIGGERS = "\n".join(
    f"DROP TRIGGER draw_append_only ON {table}; DROP TRIGGER draw_no_truncate ON {table};"
    for table in _TABLES
)


class Migration(migrations.Migration):
    dependencies = [("votes", "0027_juries")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION votes_draw_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION 'the log of draws is append-only';
            END $$;
            """
            + _TRIGGERS,
            reverse_sql=_NO_TRIGGERS + "DROP FUNCTION votes_draw_refuse_change();",
        ),
        ValidateConstraint(model_name="decision", name="decision_action_is_known"),
    ]
