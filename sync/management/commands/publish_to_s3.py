"""`manage.py publish_to_s3`: one batch, as a worker does it (docs/s3.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models.functions import Now

from sync.models import S3Copy
from sync.s3 import purges, run


class Command(BaseCommand):
    """Bring the copy in S3 up now."""

    help = "Bring the copy in S3 up to the database at once; --compare looks at every object."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--compare`."""
        parser.add_argument(
            "--compare", action="store_true", help="Compare all buckets with a listing of S3."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if not settings.S3.bucket:
            raise CommandError("REALTUBE_S3_BUCKET is not set (docs/s3.md).")
        anew = {"checked_at": None} if options["compare"] else {}
        S3Copy.objects.update(next_at=Now(), **anew)
        done = run.publish()
        if done is None:
            copy = S3Copy.objects.here(settings.S3.target)
            raise CommandError(
                f"S3 did not take it: {copy.error}"
                if copy.failing_since
                else "Another process is publishing to S3."
            )
        purges.send_due()
        self.stdout.write(
            f"{done.changed} objects changed in {done.requests} requests, "
            f"at revision {done.revision}"
        )
