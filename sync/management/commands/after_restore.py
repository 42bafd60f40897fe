"""`manage.py after_restore`: what a database out of a backup does not know yet."""

from __future__ import annotations

import csv
from argparse import FileType
from datetime import datetime
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels.creators import mailing
from sync import delta
from votes.erasures import after_restore, reapply_erasures


class Command(BaseCommand):
    """Erase again who was erased since, and have all who follow us begin again."""

    help = "After a restore: erase the voters again that are on the list kept with the backups."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the list, which may come from stdin."""
        parser.add_argument("erasures", type=FileType(), help="The list; - for standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; a second time it changes nothing about voters."""
        with options["erasures"] as file:
            erased = _read(file)
        again = reapply_erasures(erased)
        addresses = mailing.forget_again(erased)
        others = sum(forget(erased) for forget in after_restore)
        delta.start_over()
        self.stdout.write(
            f"{len(erased)} erasures known, {again} voters erased again, {addresses} addresses of "
            f"appeals, and {others} followers and notes"
        )


def _read(file: TextIO) -> dict[str, datetime]:
    """Time by mark. Raises `CommandError` for anything else: half a list would hide the rest."""
    try:
        return {mark: datetime.fromisoformat(time) for mark, time in csv.reader(file)}
    except ValueError as error:
        raise CommandError(f"This is no list of erasures: {error}.") from None
