"""`manage.py advance`: the pipeline without Celery."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from sync.tasks import run_pipeline

INTERVAL_S = 1.0


class Command(BaseCommand):
    """Score what waits and publish it, once or until stopped."""

    help = "Score what is waiting and publish it; with --follow until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--follow`."""
        parser.add_argument("--follow", action="store_true", help="Go on until stopped.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; the transaction at work is finished before stopping."""
        if not options["follow"]:
            self.stdout.write(f"{run_pipeline()} marks taken")
            return
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        while not stop.is_set():
            try:
                run_pipeline()
            except OperationalError as error:
                self.stderr.write(f"database away, trying again: {type(error).__name__}")
                connection.close()
            stop.wait(INTERVAL_S)
