"""`manage.py release_data`: this month's release of the public export, if there is none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.processes import bars
from sync.export import releases
from sync.export.formats import NotWhole


class Command(BaseCommand):
    """Make a release, which is never changed."""

    help = "Make this month's release of the public data, if there is none (docs/export.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, with a progress bar on a terminal; name all releases."""
        with bars.shown() as progress:
            try:
                made = releases.release(progress=progress)
            except (OSError, NotWhole) as error:
                raise CommandError(f"{error}; there is no release, the others stay.") from error
        if made is None:
            self.stdout.write(
                "Nothing to make: it is there, or being made, or there are no data of before."
            )
        for manifest in releases.all_releases():
            for entry in manifest["files"].values():
                self.stdout.write(
                    f"{manifest['month']}  {entry['name']}  {entry['bytes']:,} bytes"
                    f"  {entry['sha256']}"
                )
