"""A PostgreSQL database of the test's own, in which it is whatever time the test says.

The service takes the time of what it stores and publishes from the database. Here functions `now()`
and the like stand in `public`, which is searched before `pg_catalog`, and give the setting
`wire.now`: weeks pass without waiting, and all times that are published are the same each time.
Django's own clock follows it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections

_CLOCKS = ("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp")


@contextmanager
def own_database(start: datetime) -> Iterator[None]:
    """An empty, migrated database in place of Django's, at the time `start`; gone afterwards."""
    name = f"wire_{os.getpid()}"
    _run(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    _run(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
    try:
        with _instead(name), mock.patch("django.utils.timezone.now", _now):
            _set_clock(start)
            # Before the migrations: the defaults of columns are bound to these functions.
            for clock in _CLOCKS:
                _run(
                    f"CREATE FUNCTION {clock}() RETURNS timestamptz LANGUAGE sql STABLE AS"
                    " $$SELECT pg_catalog.current_setting('wire.now')::timestamptz$$"
                )
            call_command("migrate", verbosity=0)
            yield
    finally:
        _run(f"DROP DATABASE {name} WITH (FORCE)")
        connections.close_all()


@contextmanager
def database_away() -> Iterator[None]:
    """Nobody gets a connection to the database."""
    with _instead("wire_nowhere"):
        yield


def wait(**duration: float) -> None:
    """Let so much time pass in the database, by the names of `timedelta`."""
    _set_clock(_now() + timedelta(**duration))


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _set_clock(moment: datetime) -> None:
    """For this connection, and for those that are made from now on."""
    name = connection.settings_dict["NAME"]
    _run(
        f"SET wire.now = '{moment.isoformat()}'",
        f"ALTER DATABASE {name} SET wire.now = '{moment.isoformat()}'",
    )


@contextmanager
def _instead(name: str) -> Iterator[None]:
    """Have Django use the database `name` of the same server; no row of the other is remembered."""
    before = connection.settings_dict["NAME"]
    _go_to(name)
    try:
        yield
    finally:
        _go_to(before)


def _go_to(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name  # also that of other threads' connections
    ContentType.objects.clear_cache()


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
