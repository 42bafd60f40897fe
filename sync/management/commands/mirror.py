"""`manage.py mirror`: this node as a read-only copy of another server."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from common.processes import bars
from sync import publish
from sync.mirror import mirror
from sync.mirror.mirror import MirrorError, NotNow
from sync.snapshot import snapshot


class Command(BaseCommand):
    """Copy a server's public data, once or always."""

    help = "Copy another server's public data into this database, and publish it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the source and how to follow it."""
        parser.add_argument(
            "--from",
            dest="source",
            default=settings.MIRROR_OF,
            help="Its origin, such as https://realtube.example; REALTUBE_MIRROR_OF if left out.",
        )
        parser.add_argument("--follow", action="store_true", help="Go on until stopped.")
        parser.add_argument("--resync", action="store_true", help="Begin with a new copy.")
        parser.add_argument(
            "--interval",
            type=float,
            default=settings.MIRROR_INTERVAL_S,
            help="Seconds between looks; REALTUBE_MIRROR_INTERVAL_S if left out.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; with --follow a source that is away is asked again."""
        if not options["source"]:
            raise CommandError("Say which server: --from https://realtube.example")
        if not settings.MIRROR_OF:
            self.stderr.write(
                "REALTUBE_MIRROR_OF is not set: the web server of this database would take votes, "
                "and a database with votes cannot be a mirror."
            )
        stop = threading.Event()
        if options["follow"]:
            for signum in (signal.SIGTERM, signal.SIGINT):
                signal.signal(signum, lambda *_: stop.set())
        wait = self._step(options, resync=options["resync"])
        while options["follow"] and not stop.wait(wait):
            try:
                wait = self._step(options, resync=False)
            except OperationalError as error:
                self.stderr.write(f"database away, trying again: {type(error).__name__}")
                connection.close()

    def _step(self, options: dict[str, Any], *, resync: bool) -> float:
        """One look at the source; the seconds to wait for the next."""
        with bars.shown() as progress:
            try:
                step = mirror.step(options["source"], progress=progress, resync=resync)
            except NotNow as error:
                if not options["follow"]:
                    raise CommandError(f"{error}; nothing was changed by this.") from error
                self.stderr.write(f"{error}; asking again in {error.retry_after_s} s")
                return float(error.retry_after_s)
            except MirrorError as error:
                raise CommandError(str(error)) from error
        publish.publish()
        snapshot.refresh()
        if step.changed or step.copied or not options["follow"]:
            how = "a new copy" if step.copied else "the delta"
            self.stdout.write(f"{step.changed} objects changed by {how}; at {step.cursor}")
        return float(options["interval"])
