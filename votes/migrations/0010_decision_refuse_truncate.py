"""Refuse TRUNCATE of decisions too, and refuse changes whatever a session sets."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("votes", "0009_desk_decisions")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON votes_decision
              FOR EACH STATEMENT EXECUTE FUNCTION votes_decision_refuse_change();
            ALTER TABLE votes_decision ENABLE ALWAYS TRIGGER decision_append_only;
            ALTER TABLE votes_decision ENABLE ALWAYS TRIGGER decision_no_truncate;
            """,
            reverse_sql="""
            DROP TRIGGER decision_no_truncate ON votes_decision;
            ALTER TABLE votes_decision ENABLE TRIGGER decision_append_only;
            """,
        )
    ]
