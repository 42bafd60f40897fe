"""`manage.py subscribe`: have a list fetched by itself from now on."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels.management.options import USES, printed_use, text_of, use_of
from channels.models import LICENCE_MAX, SOURCE_MAX, URL_MAX, Listing
from channels.subscriptions import service
from channels.subscriptions.fetching import NotFetched

_EVERY = re.compile(r"([0-9]{1,6})(m|h|d)", re.ASCII)
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}


class Command(BaseCommand):
    """Subscribe to a list by its address; a worker fetches it within a minute."""

    help = "Have the list at URL fetched by a worker again and again (docs/lists.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the address and options."""
        parser.add_argument("url", metavar="URL", help="Where the list is.")
        parser.add_argument("--source", required=True, help="The name of the list.")
        parser.add_argument(
            "--level",
            required=True,
            choices=[level.value for level in Listing.LISTED],
            help="What an entry without a level of its own says.",
        )
        parser.add_argument("--every", default="6h", help="Such as 30m, 6h or 1d; at least 15m.")
        parser.add_argument("--licence", default="", help="Of the list, if it does not say itself.")
        parser.add_argument("--use", choices=USES, help="Where what it says may go.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the subscription down; `lists` says what comes of it."""
        if settings.MIRROR_OF:
            raise CommandError("A mirror has its source's flags, and takes no lists of its own.")
        source = text_of(options, "source", longest=SOURCE_MAX)
        try:
            service.subscribe(
                url=text_of(options, "url", longest=URL_MAX),
                source=source,
                level=options["level"],
                every_s=_seconds(options["every"]),
                licence=text_of(options, "licence", longest=LICENCE_MAX, needed=False),
                use=use_of(options),
            )
        except NotFetched as error:
            raise CommandError(str(error)) from error
        self.stdout.write(printed_use(source))
        self.stdout.write(
            "A worker fetches it within a minute; manage.py lists shows how it went, and what the"
            " licence means that the list itself may state."
        )


def _seconds(every: str) -> int:
    """An interval in seconds. Raises `CommandError`."""
    found = _EVERY.fullmatch(every.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not service.EVERY_MIN_S <= seconds <= service.EVERY_MAX_S:
        raise CommandError("--every has to be from 15m to 30d, such as 30m, 6h or 1d.")
    return seconds
