"""`manage.py publish`: this node's own copy of the bucket files."""

from __future__ import annotations

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from common.processes import bars
from common.telemetry import exposition
from sync import publish as publishing

INTERVAL_S = 1.0
log = structlog.get_logger()


class Command(BaseCommand):
    """Bring the bucket files up to the database, once, always, or from nothing."""

    help = "Write the bucket files that changed; --follow keeps on, --rebuild builds all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--follow` and `--rebuild`."""
        parser.add_argument("--follow", action="store_true", help="Go on until stopped.")
        parser.add_argument("--rebuild", action="store_true", help="Compare and build all.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if options["follow"]:
            exposition.serve()
        if options["rebuild"]:
            with bars.shown() as progress:
                result = publishing.rebuild(lambda done: progress("256ths of buckets", done, 256))
        elif options["follow"]:
            self._follow()
            return
        else:
            result = publishing.publish()
        if result is None:
            raise CommandError("Another process is publishing to this folder.")
        self.stdout.write(f"{result.buckets} buckets written, at revision {result.revision}")
        if options["follow"]:
            self._follow()

    def _follow(self) -> None:
        stop, following = threading.Event(), False
        while not stop.is_set():
            try:
                # None while another process of this node is at it: a scrub, or one that ends.
                result = publishing.publish()
                for write in publishing.beside:
                    write()
                if result and not following:
                    log.info("following", buckets=result.buckets, revision=result.revision)
                    following = True
                    # From now on nothing takes long; all buckets of a new node may be cut short.
                    for signum in (signal.SIGTERM, signal.SIGINT):
                        signal.signal(signum, lambda *_: stop.set())
            except (OperationalError, OSError) as error:
                # A database that is away and a full disk both come back.
                log.error("not published, trying again", error=type(error).__name__)
                connection.close()
            stop.wait(INTERVAL_S)
