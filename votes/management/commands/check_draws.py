"""See whether all jurors were drawn as the log of draws says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from votes.juries import audit
from votes.models import Draw


class Command(BaseCommand):
    """`manage.py check_draws`: says what is wrong, and fails if anything is."""

    help = "Work out every draw of jurors, and of samples, anew from its seed, and compare."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails with the number of faults, after naming each."""
        count = 0
        for count, fault in enumerate(audit.faults(), start=1):  # noqa: B007 - counted
            self.stderr.write(fault)
        if count:
            raise CommandError(f"{count} faults")
        self.stdout.write(f"{Draw.objects.count()} draws are as their seeds say.")
