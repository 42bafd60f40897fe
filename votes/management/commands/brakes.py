"""`manage.py brakes`: show the runtime brakes, or change them."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from votes import brakes
from votes.models import Brake

EMPTY = "-"


class Command(BaseCommand):
    """Without options it shows the brakes as they are."""

    help = "Show the runtime brakes, or change them: --set read_only=true --reason 'attack'."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--set`, `--reason` and `--actor`."""
        names = ", ".join(brakes.NAMES)
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help=f"One change, may be repeated; {EMPTY} for no limit. Names: {names}.",
        )
        parser.add_argument("--reason", default="", help="Why; kept in the log of decisions.")
        parser.add_argument(
            "--actor", default="", help="Who decides; by default the name of this account."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Change what is asked for, then show all."""
        if options["set"]:
            actor = options["actor"] or f"shell:{getpass.getuser()}"
            try:
                changed = brakes.set_brakes(
                    actor=actor, reason=options["reason"], changes=_parsed(options["set"])
                )
            except ValidationError as error:
                raise CommandError("; ".join(_messages(error))) from error
            self.stderr.write("changed" if changed else "nothing changed")
        for name, value in brakes.as_dict(Brake.objects.first() or Brake()).items():
            self.stdout.write(f"{name}={EMPTY if value is None else str(value).lower()}")


def _parsed(changes: list[str]) -> dict[str, str | None]:
    """`NAME=VALUE` words by name; Django's fields make values of the texts."""
    parsed: dict[str, str | None] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise CommandError(f"{change} is not NAME=VALUE")
        parsed[name] = (
            None if value == EMPTY else value.capitalize() if name == "read_only" else value
        )
    return parsed


def _messages(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]
    return error.messages
