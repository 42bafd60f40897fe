"""Have clips processed again, from a step on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.models import Clip, Failure, State

# What is forgotten so that a step is done again; those behind it follow from it.
STEPS: dict[str, dict[str, Any]] = {
    "sound": {"fingerprint": None},
    "frames": {"sheet": ""},
    "credentials": {"credentials": None},
    "rendition": {"rendition": "", "hls": "", "sheet": "", "fingerprint": None},
    "search": {},
}


class Command(BaseCommand):
    """`manage.py redo_clips`; what is not forgotten is kept, and searching is always done."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Which clips, and which steps."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--clip", type=UUID, action="append", help="a clip that is ready or failed"
        )
        which.add_argument(
            "--failed", choices=Failure.values, help="all that failed for this reason"
        )
        which.add_argument("--ready", action="store_true", help="all that are ready")
        parser.add_argument("--step", choices=sorted(STEPS), action="append", default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        """Send them back to the queue."""
        from evidence.processing import work  # noqa: PLC0415 - its libraries are an extra

        found = Clip.objects.all()
        if options["clip"]:
            found = found.filter(pk__in=options["clip"])
        elif options["failed"]:
            found = found.filter(state=State.FAILED, failure=options["failed"])
        else:
            found = found.filter(state=State.READY)
        forgotten = {key: value for it in options["step"] for key, value in STEPS[it].items()}
        count = work.again(list(found.values_list("pk", flat=True)), forgotten)
        if options["clip"] and count < len(options["clip"]):
            raise CommandError(
                f"{count} of {len(options['clip'])}: the others are not at their end."
            )
        self.stdout.write(f"{count} clips are processed again.")
