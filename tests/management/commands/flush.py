"""How tests empty the database: in a fiftieth of the time that Django's own way takes.

Django truncates every table and then makes all content types, permissions and roles anew. Those
stay here, and of the other tables only what is large is truncated.

It has a connection of its own. Triggers and foreign keys do not count in it, so everything goes;
to switch them off makes PostgreSQL forget all plans of a connection, and the next test would pay
for planning every statement again.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg
from django.core.management.commands import flush
from django.db import connections

# What `migrate` made, and no test changes for good.
_KEPT = [
    "django_migrations",
    "django_content_type",
    "django_site",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
]
# A trigger that always fires keeps the log of decisions from any DELETE.
_USED = """
SELECT format('%%I', c.relname), pg_relation_size(c.oid) > CASE
  WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgenabled = 'A') THEN 0
  ELSE 1000000 END
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL(%s)
  AND pg_relation_size(c.oid) > 0
"""
VOTES_CONFIRM = "INSERT INTO votes_brake (id, read_only, new_voters, delay_minutes, \
dispute_age_hours, challenge_bits, confirms, in_force) \
VALUES (1, false, 'none', 60, 0, 0, 'votes', 'votes') ON CONFLICT DO NOTHING"
"""Tests begin on a site whose operator lets votes confirm, as most of them were written on."""
AROUND = "TESTS_POSTGRES_HOST"
"""Names the folder of PostgreSQL's socket where a pooler is before it."""
_apart: dict[str, psycopg.Connection[Any]] = {}


class Command(flush.Command):
    """Takes the place of Django's `flush` while tests run."""

    def handle(self, **options: Any) -> None:
        """Remove all rows but those of `_KEPT`, and send no signals; `VOTES_CONFIRM` is new."""
        apart = _connection(options["database"])
        with apart.transaction():
            used = apart.execute(_USED, [_KEPT], prepare=True).fetchall()
            apart.execute(
                ";".join(
                    f"TRUNCATE {name} CASCADE" if is_large else f"DELETE FROM {name}"
                    for name, is_large in used
                )
            )
            apart.execute(VOTES_CONFIRM)


def _connection(alias: str) -> psycopg.Connection[Any]:
    settings = connections[alias].settings_dict
    name = settings["NAME"]
    if name not in _apart:
        _apart[name] = psycopg.connect(
            dbname=name,
            user=settings["USER"] or None,
            password=settings["PASSWORD"] or None,
            # Around the pooler, if there is one: what is switched off is so for the session.
            host=os.environ.get(AROUND) or settings["HOST"] or None,
            port=None if os.environ.get(AROUND) else settings["PORT"] or None,
            options="-c session_replication_role=replica",
        )
    return _apart[name]


def close() -> None:
    """Let go of the databases, so that they can be dropped."""
    while _apart:
        _apart.popitem()[1].close()
