"""`manage.py snapshot`: this node's snapshot and lists, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sync import snapshot


class Command(BaseCommand):
    """Build and publish the snapshot, however old the last one is."""

    help = "Build the full copy, its compact form and the text lists from the newest revision."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            manifest = snapshot.build()
        except OSError as error:
            raise CommandError(f"{error}; the last snapshot stays.") from error
        if manifest is None:
            raise CommandError("Another process is building it.")
        counts = ", ".join(f"{count} {kind}" for kind, count in manifest["counts"].items())
        self.stdout.write(f"{counts}, at revision {manifest['revision']}")
