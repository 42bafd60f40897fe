"""`manage.py snapshot`: this node's snapshot and lists, now."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from sync import stats
from sync.snapshot import snapshot

INTERVAL_S = 60.0


class Command(BaseCommand):
    """Build and publish the snapshot, once however old the last one is, or whenever it is time."""

    help = (
        "Build the full copy, its compact form and the text lists from the newest revision; "
        "--follow goes on with these and the stats, on a node that has files of its own."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--follow`."""
        parser.add_argument("--follow", action="store_true", help="Go on until stopped.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if options["follow"]:
            self._follow()
            return
        try:
            manifest = snapshot.build()
        except OSError as error:
            raise CommandError(f"{error}; the last snapshot stays.") from error
        if manifest is None:
            raise CommandError("Another process is building it.")
        counts = ", ".join(f"{count} {kind}" for kind, count in manifest["counts"].items())
        self.stdout.write(f"{counts}, at revision {manifest['revision']}")

    def _follow(self) -> None:
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        while True:
            try:
                snapshot.refresh()
                stats.refresh()
            except (OperationalError, OSError) as error:
                self.stderr.write(f"not now, trying again: {type(error).__name__}")
                connection.close()
            if stop.wait(INTERVAL_S):
                return
