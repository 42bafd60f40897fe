"""`manage.py rebuild`: the projections again, from the facts alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.processes import bars
from sync import pipeline
from sync.publish import publish
from votes.models import Vote


class Command(BaseCommand):
    """Recompute all videos and channels; only differences are written and published."""

    help = "Recompute every video and channel from the facts."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, with a progress bar on a terminal."""
        total = Vote.objects.values("video_id").distinct().count()
        with bars.shown() as progress:
            try:
                done = pipeline.rebuild(lambda n: progress("videos", n, total))
            except pipeline.MirrorHasNoFacts as error:
                raise CommandError(str(error)) from error
        publish()
        self.stdout.write(f"{done} videos rebuilt")
