"""PostgreSQL and Valkey of a measurement's own, and Django set up on them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.postgres import Postgres
from local.server import Server
from local.valkey import Valkey


@contextmanager
def servers(*, durable: bool = False) -> Iterator[Server]:
    """Migrated, empty servers; yields PostgreSQL, which may be stopped early."""
    folder = Path(tempfile.mkdtemp(prefix="realtube-bench-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
    running = [kind(folder / "servers", durable=durable) for kind in (Postgres, Valkey)]
    try:
        for server in running:
            server.start()
            os.environ[server.variable] = server.url
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "realtube.settings",
            "REALTUBE_ENVIRONMENT": "test",
            "LOG_LEVEL": "WARNING",
            "VAR_DIR": str(folder / "var"),
            **{
                name: f"benchmark-{name.lower()}-".ljust(48, "0")
                for name in ("DJANGO_SECRET_KEY", "REALTUBE_VOTER_KEY", "REALTUBE_ADDRESS_KEY")
            },
        }
        import django  # noqa: PLC0415 - the settings are read on import
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        yield running[0]
    finally:
        for server in reversed(running):
            server.stop()  # again does nothing
            shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
