"""Months in numbers; once closed, nothing changes them."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Month",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("facts", models.JSONField()),
                (
                    "counted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)),
                        name="month_is_named_by_its_first_day",
                    )
                ]
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION pages_month_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'TRUNCATE' OR OLD.closed_at IS NOT NULL THEN
                RAISE EXCEPTION 'closed months do not change' USING ERRCODE = 'restrict_violation';
              END IF;
              RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END $$;
            CREATE TRIGGER month_closed BEFORE UPDATE OR DELETE ON pages_month
              FOR EACH ROW EXECUTE FUNCTION pages_month_refuse_change();
            CREATE TRIGGER month_no_truncate BEFORE TRUNCATE ON pages_month
              FOR EACH STATEMENT EXECUTE FUNCTION pages_month_refuse_change();
            ALTER TABLE pages_month ENABLE ALWAYS TRIGGER month_closed;
            ALTER TABLE pages_month ENABLE ALWAYS TRIGGER month_no_truncate;
            """,
            reverse_sql="DROP FUNCTION pages_month_refuse_change() CASCADE",
        ),
    ]
