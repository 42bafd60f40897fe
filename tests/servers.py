"""A pytest plugin that brings PostgreSQL and Valkey to the tests (`-p tests.servers`).

The process that was started by hand runs them, in a folder that is removed at the end; workers of
pytest-xdist inherit their addresses. Everything is in the environment before Django reads its
settings. DATABASE_URL or REDIS_URL, when set, name servers to use instead; REALTUBE_DB_POOLER puts
a PgBouncer before PostgreSQL (`make test-pgbouncer`).
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.postgres import Postgres
from local.server import Server
from local.system import EmbeddedError
from local.valkey import Valkey

_TEST_VALUES = {
    "DJANGO_SECRET_KEY": "test-django-secret-key-" + "0" * 32,
    "REALTUBE_VOTER_KEY": "test-voter-key-" + "1" * 32,
    "REALTUBE_ADDRESS_KEY": "test-address-key-" + "2" * 32,
    "REALTUBE_SIGNING_KEY": "3" * 64,
    "REALTUBE_ENVIRONMENT": "test",
}
_servers: list[Server] = []
_folders: list[Path] = []
_stack = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start what is needed; pytest-django reads the settings in the same hook, after us."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests"]  # for its `flush`
    # The real one takes half a second on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="realtube-tests-"))
    _folders.append(folder)
    atexit.register(_clean_up)
    if os.geteuid() == 0:
        folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
    os.environ |= _TEST_VALUES
    os.environ["VAR_DIR"] = str(folder / "var")
    for kind in (Postgres, Valkey):
        if os.environ.get(kind.variable):
            continue
        server = kind(folder / "servers", durable=False)
        _servers.append(server)
        try:
            server.start()
        except EmbeddedError as error:
            raise pytest.UsageError(str(error)) from error
        _folders.append(server.home)  # may be elsewhere, when nobody else can enter `folder`
        os.environ[kind.variable] = server.url
    if os.environ.get("REALTUBE_DB_POOLER") == "transaction":
        from tests.cluster.pooler import folder_of_socket, pgbouncer

        os.environ["TESTS_POSTGRES_HOST"] = folder_of_socket(os.environ["DATABASE_URL"])
        os.environ["DATABASE_URL"] = _stack.enter_context(pgbouncer(os.environ["DATABASE_URL"]))


def pytest_unconfigure() -> None:
    """Stop the servers and remove their data."""
    _clean_up()


def _clean_up() -> None:
    _stack.close()
    while _servers:
        _servers.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
