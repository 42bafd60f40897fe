"""A private PostgreSQL whose clock the laboratory sets.

The service takes its time from the database alone. Here a schema that is searched before
`pg_catalog` has clocks (`desk.practice.clock`) that return the setting `lab.now`, so weeks pass
without waiting and without touching a row: jobs, notices and column defaults agree on the time.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path


@contextmanager
def own_server() -> Iterator[str]:
    """The address of a PostgreSQL that is removed afterwards."""
    from local.postgres import Postgres  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="realtube-lab-"))
    folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
    server = Postgres(folder, durable=False)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def prepare(url: str, name: str) -> None:
    """Make a database with the simulated clock, and this process a service on it."""
    import psycopg  # noqa: PLC0415
    from psycopg import sql  # noqa: PLC0415

    from desk.practice import clock  # noqa: PLC0415

    database = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET search_path = lab, pg_catalog, public").format(database)
        )
        connection.execute(sql.SQL("ALTER DATABASE {} SET jit = off").format(database))
    own = psycopg.conninfo.make_conninfo(url, dbname=name)
    with psycopg.connect(own, autocommit=True) as connection:
        for statement in clock.declare("lab", "lab.now"):
            connection.execute(statement.encode())
    serve(url, name)
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    allow_emptying()


def serve(url: str, name: str) -> None:
    """Make this process the service on the database `name` of the server at `url`."""
    os.environ["DATABASE_URL"] = url.replace("/realtube?", f"/{name}?", 1)
    for key in ("DJANGO_SECRET_KEY", "REALTUBE_VOTER_KEY", "REALTUBE_ADDRESS_KEY"):
        os.environ.setdefault(key, key.lower() + "-of-the-laboratory-" + "0" * 32)
    os.environ["REDIS_URL"] = "redis://127.0.0.1:1/0"  # away: nothing here needs it
    os.environ.setdefault("REALTUBE_ENVIRONMENT", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
    import django  # noqa: PLC0415

    logging.disable(logging.WARNING)
    django.setup()


def set_clock(moment: datetime) -> None:
    """From now on it is `moment` in the database."""
    from common.db import rows  # noqa: PLC0415

    rows("SELECT set_config('lab.now', %(moment)s, false)", {"moment": moment.isoformat()})


def allow_emptying() -> None:
    """Let this database, which is made up, lose its logs, which only grow."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER decision_no_truncate ON votes_decision")
        cursor.execute("DROP TRIGGER draw_no_truncate ON votes_draw")
        cursor.execute("DROP TRIGGER draw_no_truncate ON votes_drawnbatch")
        cursor.execute("DROP TRIGGER error_rate_no_truncate ON votes_errorrate")
        cursor.execute("DROP TRIGGER month_no_truncate ON pages_month")


def empty() -> None:
    """Remove all rows of the service; after `allow_emptying`."""
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    tables = [
        connection.ops.quote_name(model._meta.db_table)
        for app in ("votes", "videos", "channels", "sync")
        for model in apps.get_app_config(app).get_models()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
