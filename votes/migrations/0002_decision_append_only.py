"""Refuse UPDATE and DELETE on decisions: the log of what moderators did cannot be rewritten."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("votes", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION votes_decision_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION 'decisions are append-only' USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON votes_decision
              FOR EACH ROW EXECUTE FUNCTION votes_decision_refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER decision_append_only ON votes_decision;
            DROP FUNCTION votes_decision_refuse_change();
            """,
        )
    ]
