"""`manage.py expire_evidence`: what the nightly task does, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence import removal


class Command(BaseCommand):
    """Delete clips that have expired or were given up, and files and rows without each other."""

    help = "Delete expired and abandoned clips. Exit status 1: something could not be deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--dry-run`."""
        parser.add_argument("--dry-run", action="store_true", help="Only say what would go.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises `CommandError` if something could not be deleted."""
        swept = removal.sweep(dry_run=options["dry_run"])
        self.stdout.write(f"would have: {swept}" if options["dry_run"] else str(swept))
        if swept.failed:
            raise CommandError("Not all of it could be deleted; the log says what.")
