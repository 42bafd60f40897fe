"""`manage.py export_database`: the public export, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.processes import bars
from sync.export import exports
from sync.export.formats import FORMATS, NotWhole


class Command(BaseCommand):
    """Write and publish an export."""

    help = "Write the public export below REALTUBE_PUBLISH_ROOT and publish it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the formats."""
        parser.add_argument(
            "--format",
            dest="formats",
            action="append",
            choices=[*FORMATS, "all"],
            help="May be given several times; all if left out.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, with a progress bar on a terminal."""
        wanted = set(options["formats"] or ["all"])
        formats = [form for form in FORMATS if wanted & {form, "all"}]
        with bars.shown() as progress:
            try:
                manifest = exports.export(formats, progress=progress)
            except (OSError, NotWhole) as error:
                raise CommandError(f"{error}; the last export stays.") from error
        if manifest is None:
            raise CommandError("Another export is running.")
        for entry in manifest["files"].values():
            self.stdout.write(f"{entry['name']}  {entry['bytes']:,} bytes  {entry['sha256']}")
