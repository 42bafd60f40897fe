"""`manage.py recompute_trust`: every voter's trust again, from how their votes turned out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.processes import bars
from sync.tasks import run_pipeline
from videos import nightly as trust


class Command(BaseCommand):
    """Judge all votes on decided videos, then weigh all voters."""

    help = "Recompute the trust of all voters; --resume goes on with a run that was stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--resume`."""
        parser.add_argument("--resume", action="store_true", help="Go on where a run stopped.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, with a progress bar on a terminal."""
        with bars.shown() as progress:
            trust.run(restart=not options["resume"], between=run_pipeline, progress=progress)
        self.stdout.write("trust recomputed")
