"""`manage.py import_blocklist`: what a list of channels says, from files of any known format."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from channels.blocklists import Entry, Reading, UnreadableList, open_list, printable
from channels.imports import ImportReport, import_listings
from channels.management.options import USES, printed_use, text_of, use_of
from channels.models import LICENCE_MAX, SOURCE_MAX, Listing
from common.processes import bars

NOT_CLOSED = 3
"""The exit status if a list was taken, but closed nothing since it may be broken."""

_COLUMNS = ("file", "format", "lines", "taken", "rejected", "comments", "blank")
_LEFT = 2  # columns of text; the others are numbers

Readings = Sequence[tuple[str, Reading]]


class Command(BaseCommand):
    """Import the files as one list; what the source no longer has is closed."""

    help = (
        "Import lists of channels; all files of one call are the source's whole list. Exit status"
        f" {NOT_CLOSED}: the list was taken, but nothing was closed, since it may be cut off."
    )

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
        parser.add_argument(
            "--accept-shrink",
            action="store_true",
            help="Close what is not on the list, even if it looks cut off.",
        )
        parser.add_argument(
            "--ignore-column",
            action="append",
            default=[],
            metavar="NAME",
            help="A column of a table that says nothing of whether a channel is listed.",
        )
        parser.add_argument("--licence", default="", help="Of the list, if its files do not say.")
        parser.add_argument("--use", choices=USES, help="Where what it says may go.")
        parser.add_argument("--dry-run", action="store_true", help="Report, but write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recognise every file, then read and write; a file that cannot be read changes nothing."""
        source = text_of(options, "source", longest=SOURCE_MAX)
        licence = text_of(options, "licence", longest=LICENCE_MAX, needed=False)
        with ExitStack() as opened:
            readings = [
                (printable(name), _open(opened, name, options["ignore_column"]))
                for name in options["files"]
            ]
            said = dict.fromkeys(reading.licence for _, reading in readings if reading.licence)
            with _progress(readings) as progress:
                report = _import(
                    entries=_entries(readings),
                    ended=all(reading.ended for _, reading in readings),
                    source=source,
                    level=options["level"],
                    licence=licence or "; ".join(said)[:LICENCE_MAX],
                    accept_shrink=options["accept_shrink"],
                    use=use_of(options),
                    dry_run=options["dry_run"],
                    now=timezone.now(),
                    progress=progress,
                )
        for line in [*_table(readings), *_counts(readings, report), *_left_out(readings)]:
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("dry run: nothing was written")
        else:
            self.stdout.write(printed_use(source))
        if report.why:
            raise CommandError(_not_closed(source, report), returncode=NOT_CLOSED)


def _open(opened: ExitStack, name: str, ignored_columns: Sequence[str]) -> Reading:
    """A list that is ready to be read. Raises `CommandError` if the file is missing or no list."""
    with _named(name):
        file: BinaryIO = opened.enter_context(Path(name).open("rb"))  # noqa: SIM115
        if not file.seekable():
            copied = opened.enter_context(TemporaryFile())  # noqa: SIM115
            shutil.copyfileobj(file, copied)
            file = copied
        return opened.enter_context(open_list(file, ignored_columns=ignored_columns))


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Makes what is wrong with a file a sentence that names it."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{printable(name)}: {error.strerror}; nothing was changed.") from error
    except UnreadableList as error:
        raise CommandError(f"{printable(name)}: {error.reason}; nothing was changed.") from error


def _entries(readings: Readings) -> Iterator[Entry]:
    for name, reading in readings:
        with _named(name):
            yield from reading


def _import(**given: Any) -> ImportReport:
    try:
        return import_listings(**given)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise CommandError("Another import is running; nothing was changed.") from error


@contextmanager
def _progress(readings: Readings) -> Iterator[Callable[[int], None]]:
    """Bars on a terminal: how much of the files is read, then that the database is at work."""
    with bars.shown() as progress:
        size = sum(reading.text.size for _, reading in readings)

        def show(entries: int) -> None:
            read = sum(reading.text.position for _, reading in readings)
            progress("bytes read", read, size)
            if read == size:
                progress("entries written", entries, 0)

        yield show


def _table(readings: Readings) -> list[str]:
    """A line for each file; lines = taken + rejected + comments + blank."""
    rows: list[tuple[object, ...]] = [_COLUMNS]
    for name, reading in readings:
        tally = reading.tally
        counts = (tally.lines, tally.taken, tally.rejected, tally.comments, tally.blank)
        rows.append((name, reading.format, *counts))
    widths = [max(len(str(row[n])) for row in rows) for n in range(len(_COLUMNS))]
    return [
        "  ".join(
            f"{cell!s:<{width}}" if n < _LEFT else f"{cell!s:>{width}}"
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _counts(readings: Readings, report: ImportReport) -> Iterator[str]:
    """What became of the entries; entries = new + known + reopened + merged + withheld."""
    entries = sum(reading.tally.entries for _, reading in readings)
    here = report.new + report.known + report.reopened
    merged = entries - here - len(report.withheld)
    yield (
        f"{entries} entries: {report.new} new, {report.known} known, {report.reopened} reopened,"
        f" {merged} merged, {len(report.withheld)} withheld;"
        f" {report.closed} closed, {report.left_open} left open"
    )


def _left_out(readings: Readings) -> Iterator[str]:
    """Each reason for which lines were rejected, how many, and the first of them."""
    for name, reading in readings:
        tally = reading.tally
        if reading.unread:
            yield f"{name}: columns of which only a clear no is heard: {', '.join(reading.unread)}"
        for reason, shown in tally.examples.items():
            if tally.reasons[reason]:
                yield f"{name}: {tally.reasons[reason]} rejected: {reason}"
            if tally.parts[reason]:
                yield f"{name}: {tally.parts[reason]} left out of lines that were taken: {reason}"
            for reject in shown:
                yield f"  {name}:{reject.line}: {reject.text}"


def _not_closed(source: str, report: ImportReport) -> str:
    withheld = f", and {', '.join(map(printable, report.withheld))} was not taken"
    return (
        f"The list may not be whole: {report.why}. Nothing was closed ({report.left_open} more stay"
        f" open under {source}){withheld if report.withheld else ''}. If it is whole, import it"
        " again with --accept-shrink."
    )
