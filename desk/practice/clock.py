"""The database's clock, set back: in one transaction, a month happens in a minute.

The service takes its time from the database alone. Within `set_back`, a schema that is searched
before `pg_catalog` has functions by the names of PostgreSQL's clocks, and columns take their
defaults from these. When the transaction ends, either way, nothing of it is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from psycopg import sql

from common.db import execute, rows

CLOCKS = ("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp")
SCHEMA, SETTING = "practice_clock", "practice.now"

# Defaults are bound to a function when they are declared, not by name when they are used.
_DEFAULTS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_default LIKE '%%now()%%'
   OR table_schema = 'public' AND lower(column_default) LIKE '%%statement_timestamp()%%'
ORDER BY 1, 2
"""


@contextmanager
def set_back() -> Iterator[None]:
    """A transaction in which the clock shows what `show` says, which has to be said first."""
    with transaction.atomic():
        before = rows("SHOW search_path")[0][0]
        execute("SET LOCAL statement_timeout = 0")
        for statement in (
            "SET LOCAL idle_in_transaction_session_timeout = 0",
            "SET LOCAL jit = off",
            *declare(SCHEMA, SETTING),
        ):
            execute(statement)
        dated = rows(_DEFAULTS)
        _declare(dated, f"{SCHEMA}.statement_timestamp()")
        execute(f"SET LOCAL search_path = {SCHEMA}, pg_catalog, public")
        yield
        # Tables cannot be altered while foreign keys wait to be checked.
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute(f"SET LOCAL search_path = {before}")
        _declare(dated, "pg_catalog.statement_timestamp()")
        execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def show(moment: datetime) -> None:
    """From now on it is `moment` for this transaction."""
    rows(f"SELECT set_config('{SETTING}', %(moment)s, true)", {"moment": moment.isoformat()})


def declare(schema: str, setting: str) -> list[str]:
    """Statements that make a schema of clocks which show a setting; the real time without it."""
    return [
        f"CREATE SCHEMA {schema}",
        *(
            f"CREATE FUNCTION {schema}.{clock}() RETURNS timestamptz LANGUAGE sql STABLE AS"
            f" $$SELECT coalesce(nullif(pg_catalog.current_setting('{setting}', true), ''),"
            " pg_catalog.clock_timestamp()::text)::timestamptz$$"
            for clock in CLOCKS
        ),
    ]


def _declare(columns: list[tuple[str, str]], default: str) -> None:
    with connection.cursor() as cursor:
        for table, column in columns:
            cursor.execute(
                sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
                    sql.Identifier(table), sql.Identifier(column), sql.SQL(default)
                )
            )
