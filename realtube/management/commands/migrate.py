"""`manage.py migrate`: Django's, but never in the way of the release that is serving."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

# Everybody who wants the table waits behind a migration that waits for it: so it waits briefly,
# and often. An index that is built concurrently takes long, and is in nobody's way.
LOCK_TIMEOUT_S = 2
STATEMENT_TIMEOUT_S = 3600
PAUSE_S = 3


class Command(migrate.Command):
    """Apply migrations; one that finds a table locked leaves no trace and is tried again."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--tries`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--tries", type=int, default=20, help="How often to try to get a lock (20)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises `OperationalError` when a lock could not be had."""
        connection = connections[options["database"]]
        limits = {
            "lock_timeout": f"{LOCK_TIMEOUT_S}s",
            "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [[*limits]]
            )
            before = dict(cursor.fetchall())
        _set(connection, limits)
        try:
            self._try(*args, **options)
        finally:
            _set(connection, before)

    def _try(self, *args: Any, **options: Any) -> None:
        for left in reversed(range(options["tries"])):
            try:
                super().handle(*args, **options)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable) or not left:
                    raise
                self.stderr.write(f"a table is locked; {left} more tries")
                time.sleep(PAUSE_S)


def _set(connection: Any, settings: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
