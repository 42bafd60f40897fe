"""`manage.py import_blocklist`: what a list of channels says, from files of any known format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone
from psycopg.errors import LockNotAvailable
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from channels.blocklists import ParsedList, UnreadableList, parse, printable
from channels.imports import ImportReport, import_listings
from channels.models import Listing

REJECTS_SHOWN = 20
_COLUMNS = (
    "file",
    "format",
    "read",
    "new",
    "known",
    "reopened",
    "closed",
    "merged",
    "rejected",
)
_LEFT = 2  # columns of text; the others are numbers


class Command(BaseCommand):
    """Import the files as one list; what the source no longer has is closed."""

    help = "Import lists of channels; all files of one call are the source's whole list."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files and options."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="Any known format.")
        parser.add_argument("--source", required=True, help="The name of the list.")
        parser.add_argument(
            "--level",
            required=True,
            choices=[Listing.Level.BLOCK.value, Listing.Level.WARN.value],
            help="What an entry without a level of its own says.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Report, but write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every file, then write; a file that cannot be read changes nothing."""
        source = options["source"].strip()
        longest = Listing._meta.get_field("source").max_length or 0
        if not 1 <= len(source) <= longest:
            raise CommandError(f"--source has to have 1 to {longest} characters.")
        parsed = [(printable(name), _read(name)) for name in options["files"]]
        entries = [entry for _, found in parsed for entry in found.entries]
        with Progress(
            TextColumn("channels"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        ) as bar:
            task = bar.add_task("channels", total=len(entries))
            try:
                report = import_listings(
                    source=source,
                    level=options["level"],
                    entries=entries,
                    now=timezone.now(),
                    dry_run=options["dry_run"],
                    progress=lambda done: bar.update(task, completed=done),
                )
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                raise CommandError("Another import is running; nothing was changed.") from error
        for line in _table(parsed, report):
            self.stdout.write(line)
        rejects = [(name, reject) for name, found in parsed for reject in found.rejects]
        for name, reject in rejects[:REJECTS_SHOWN]:
            self.stdout.write(f"{name}:{reject.line}: {reject.reason}: {reject.text}")
        if len(rejects) > REJECTS_SHOWN:
            self.stdout.write(f"and {len(rejects) - REJECTS_SHOWN} more rejected")
        if options["dry_run"]:
            self.stdout.write("dry run: nothing was written")


def _read(name: str) -> ParsedList:
    """Raises `CommandError` with the file's name when it is missing or unreadable."""
    try:
        return parse(Path(name).read_bytes())
    except OSError as error:
        raise CommandError(f"{printable(name)}: {error.strerror}; nothing was changed.") from error
    except UnreadableList as error:
        raise CommandError(f"{printable(name)}: {error.reason}; nothing was changed.") from error


def _table(parsed: list[tuple[str, ParsedList]], report: ImportReport) -> list[str]:
    """A line for each file, then the import's; read - merged = new + known + reopened."""
    rows: list[tuple[object, ...]] = [_COLUMNS]
    total_read = 0
    for name, found in parsed:
        read = len(found.entries) + found.merged
        total_read += read
        rows.append((name, found.format, read, "", "", "", "", found.merged, len(found.rejects)))
    merged = total_read - report.new - report.known - report.reopened
    rejected = sum(len(found.rejects) for _, found in parsed)
    counts = (report.new, report.known, report.reopened, report.closed)
    rows.append(("total", "", total_read, *counts, merged, rejected))
    widths = [max(len(str(row[n])) for row in rows) for n in range(len(_COLUMNS))]
    return [
        "  ".join(
            f"{cell!s:<{width}}" if n < _LEFT else f"{cell!s:>{width}}"
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
