"""`manage.py demo_site`: a month of an invented community, to look around in."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from channels.models import Channel, Listing
from common.processes import bars
from desk.practice import live, story
from videos.models import Video
from votes.models import Case, Decision, Vote


class Command(BaseCommand):
    """Fills an empty site; one that has anything of its own is left alone."""

    help = (
        "Fill an empty site with a month of invented videos, votes, attacks, appeals and decisions."
        " While it runs, a minute or two, the site does not answer what needs the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The seed, and where to write what is true."""
        parser.add_argument("--seed", type=int, default=1, help="Another seed is another month.")
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing, rather than fail, if it is not."
        )
        parser.add_argument(
            "--truth", type=Path, metavar="FILE", help="Write down what each video and channel is."
        )

    def handle(self, *args: Any, seed: int, truth: Path | None, **options: Any) -> None:
        """Live the month, with a progress bar."""
        if settings.MIRROR_OF:
            raise CommandError("This is a mirror: it takes all from another server.")
        if any(it.objects.exists() for it in (Vote, Video, Channel, Listing, Decision)):
            if options["if_empty"]:
                self.stdout.write("The site is not empty; nothing was made.")
                return
            raise CommandError(
                "This site has votes, lists or decisions already, and the invented month would mix "
                "with them. Take an empty one: `make demo-site` does."
            )
        told = story.tell(seed)
        with bars.shown() as progress:
            live.live(
                told,
                end=timezone.now(),
                seed=seed,
                progress=lambda day: progress("a month of practice, day", day, story.DAYS),
            )
        if truth:
            known = {it.id: it.channel.truth for it in told.videos}
            known |= {it.key: it.truth for it in told.channels}
            truth.write_text(json.dumps(known, indent=1))
        waiting = Case.objects.exclude(state=Case.State.CLOSED).count()
        self.stdout.write(
            f"{Vote.objects.count()} votes, {Video.objects.count()} videos, "
            f"{Channel.objects.count()} channels, {Decision.objects.count()} decisions; "
            f"{waiting} cases wait at the desk."
        )
