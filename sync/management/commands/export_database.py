"""`manage.py export_database`: the public export, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sync.export import exports


class Command(BaseCommand):
    """Write and publish an export."""

    help = "Write the public export below REALTUBE_PUBLISH_ROOT and publish it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the formats."""
        parser.add_argument(
            "--format",
            dest="formats",
            action="append",
            choices=[*exports.FORMATS, "all"],
            help="May be given several times; all if left out.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, with a progress bar on a terminal."""
        wanted = set(options["formats"] or ["all"])
        formats = [form for form in exports.FORMATS if wanted & {form, "all"}]
        console = Console(stderr=True)
        with Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as bar:
            tasks: dict[str, Any] = {}

            def progress(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(stage, total=total)
                bar.update(tasks[stage], completed=done)

            try:
                manifest = exports.export(formats, progress=progress)
            except (OSError, exports.NotWhole) as error:
                raise CommandError(f"{error}; the last export stays.") from error
        if manifest is None:
            raise CommandError("Another export is running.")
        for entry in manifest["files"].values():
            self.stdout.write(f"{entry['name']}  {entry['bytes']:,} bytes  {entry['sha256']}")
