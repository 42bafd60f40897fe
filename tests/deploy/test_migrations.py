"""Migrations: safe beside the release before, there and back, and never in anybody's way."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys

import psycopg
import pytest
from django_migration_linter import MigrationLinter

from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY

APPS = ("votes", "videos", "channels", "sync", "desk", "post", "evidence", "pages")
# Written before the first release, when no table had rows.
BEFORE_THE_FIRST_RELEASE = [
    "0003_desk_filters",
    "0003_fewer_indexes",
    "0004_fewer_indexes",
    "0005_status_change_at",
    "0006_delayed_votes",
    "0009_desk_decisions",
]
# Makes a text longer, which rewrites nothing and which the release before need not know.
# The last one builds an index of a table that it makes itself.
HARMLESS = ["0013_ties", "0009_signed_statements", "0002_search"]
# Takes a lock on the table of votes that excludes everybody.
LOCKING = ("votes", "0006_delayed_votes", "0005")


@pytest.mark.django_db(transaction=True)  # indexes are built outside of one
def test_no_migration_breaks_or_blocks_the_release_before(capsys):
    linter = MigrationLinter(
        include_apps=APPS,
        ignore_name=[*BEFORE_THE_FIRST_RELEASE, *HARMLESS],
        all_warnings_as_errors=True,
        no_cache=True,
    )
    linter.lint_all_migrations()
    assert linter.nb_valid > 10
    assert not linter.has_errors, capsys.readouterr().out


class Database:
    """A database of its own, with `manage.py migrate` as a deployment runs it."""

    def __init__(self):
        self.name = f"migrations_{secrets.token_hex(4)}"
        self.url = os.environ["DATABASE_URL"].replace("/realtube?", f"/{self.name}?")

    def start(self, *words):
        return subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "--verbosity=0", *words],
            cwd=REPOSITORY,
            env={**os.environ, "DATABASE_URL": self.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def migrate(self, *words):
        process = self.start(*words)
        return process.communicate(timeout=120)[0], process.returncode

    def connect(self):
        return psycopg.connect(self.url)

    def schema(self):
        """Columns, indexes, constraints, triggers and functions."""
        with self.connect() as connection:
            return [
                sorted(connection.execute(statement).fetchall())
                for statement in (
                    "SELECT table_name, column_name, data_type, is_nullable, column_default "
                    "FROM information_schema.columns WHERE table_schema = 'public'",
                    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
                    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
                    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
                    "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger "
                    "WHERE NOT tgisinternal",
                    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
                )
            ]

    def applied(self):
        app, name, _ = LOCKING
        with self.connect() as connection:
            found = connection.execute(
                "SELECT count(*) FROM django_migrations WHERE app = %s AND name = %s", (app, name)
            )
            return bool(found.fetchone()[0])


@pytest.fixture
def database():
    database = Database()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database.name}")
        yield database
        connection.execute(f"DROP DATABASE {database.name} WITH (FORCE)")


def test_migrations_go_back_and_forth(database):
    assert database.migrate() == ("", 0)
    schema = database.schema()
    for app in reversed(APPS):
        assert database.migrate(app, "zero") == ("", 0)
    assert not re.search("'(votes|videos|channels|sync|desk)_", str(database.schema()))
    assert database.migrate() == ("", 0)
    assert database.schema() == schema


def test_a_locked_table_stops_a_migration_which_then_can_be_repeated(database):
    app, _, before = LOCKING
    database.migrate()
    database.migrate(app, before)
    with database.connect() as reader:
        reader.execute("SELECT count(*) FROM votes_vote")
        output, status = database.migrate("--tries=1")
        assert status == 1
        assert "lock timeout" in output
        assert not database.applied()

        patient = database.start()
        with database.connect() as writer:
            while "tries" not in patient.stdout.readline():
                assert patient.poll() is None
            # Whoever comes meanwhile waits no longer than the migration does.
            writer.execute("SET lock_timeout = '3s'")
            writer.execute("SELECT count(*) FROM votes_vote")
        reader.rollback()
    wait_until(lambda: patient.poll() is not None, timeout_s=60, what="the migration ends")
    assert patient.returncode == 0
    patient.stdout.close()
    assert database.applied()
