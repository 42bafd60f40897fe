"""Carry gold between sites: a kit of settled videos to train jurors with (docs/juries.md)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from votes.juries import gold


class Command(BaseCommand):
    """`manage.py gold --export` and `manage.py gold --import FILE`."""

    help = (
        "Write the gold that is in use as JSON lines, secret items among them, or add that of a"
        " file. Keep a file as secret as its secret items."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One of the two."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--export", action="store_true", help="Write a kit to standard output.")
        what.add_argument("--import", dest="kit", type=Path, metavar="FILE", help="Add a kit.")

    def handle(self, *args: Any, **options: Any) -> None:
        """All of a kit is taken, or nothing."""
        if options["export"]:
            for line in gold.write():
                sys.stdout.write(line.decode())
            return
        try:
            with options["kit"].open("rb") as file:
                items = gold.read(file)
        except OSError as error:
            raise CommandError(f"{options['kit']}: {error.strerror}") from error
        except gold.BadKit as error:
            raise CommandError(str(error)) from error
        added = gold.take(items)
        self.stdout.write(f"{added} of {len(items)} videos added; the others were there.")
