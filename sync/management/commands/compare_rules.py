"""`manage.py compare_rules`: what would be published if juries confirmed, or votes, instead."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.table import Table

from channels import recompute as channels_recompute
from channels.models import Channel
from channels.present import band as channel_band
from channels.present import channel_object
from common.db import rows
from common.locks import Lock, wait_for_transaction_lock
from common.processes import bars
from sync.history import video_band
from sync.pipeline import CHANNELS
from videos import recompute as videos_recompute
from videos.present import video_object
from videos.rows import Stored
from videos.scoring import FLAGGED
from votes import brakes
from votes.models import Brake, TargetType

CHUNK = 1000
SHOWN = 20

# Those that either rule may publish otherwise: flagged ones, and what a jury has decided. Each part
# is read by its own index as far as a page goes.
_PAGE = """
(SELECT {name} AS name FROM {table} WHERE {flagged} AND {name} > %(after)s
  ORDER BY 1 LIMIT %(limit)s)
UNION
(SELECT target_id FROM votes_panel
  WHERE target_type = '{kind}' AND outcome IN ('ai', 'human') AND target_id > %(after)s
  ORDER BY 1 LIMIT %(limit)s)
ORDER BY name LIMIT %(limit)s
"""
_VIDEOS = _PAGE.format(
    name="video_id",
    table="videos_video",
    flagged=f"score >= {FLAGGED}",
    kind=TargetType.VIDEO.value,
)
_CHANNELS = _PAGE.format(
    name="coalesce(channel_id, '@' || handle) COLLATE \"C\"",
    table="channels_channel",
    flagged=f"(score >= {FLAGGED} OR auto_flag_new)",
    kind=TargetType.CHANNEL.value,
)


@dataclass
class Difference:
    """What would be another than now.

    `videos` and `channels` count how many would go from one band to another; `moved` are videos
    with their voices, and scores before and after; `turned` is how many videos would start
    otherwise since their channels would, which is on top and is not looked at one by one.
    """

    videos: Counter[tuple[str, str]] = field(default_factory=Counter)
    channels: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: list[tuple[int, str, float, float]] = field(default_factory=list)
    turned: int = 0


class Command(BaseCommand):
    """Asks the pipeline's own functions, and takes back what they write."""

    help = (
        "Show what would be published if juries confirmed instead of votes, or the other way "
        "round. Nothing is changed; `manage.py brakes --set confirms=...` changes it, and back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many videos to name."""
        parser.add_argument(
            "--show", type=int, default=SHOWN, help="Videos that are named, most voices first."
        )

    def handle(self, *args: Any, show: int, **options: Any) -> None:
        """Compare, with a progress bar on a terminal."""
        if settings.MIRROR_OF:
            raise CommandError("A mirror publishes what its source does.")
        now = Brake.Confirms.JURIES if brakes.juries_confirm(committed=True) else "votes"
        other = "votes" if now == Brake.Confirms.JURIES else Brake.Confirms.JURIES
        with bars.shown() as progress:
            found = compare(other, lambda done: progress("compared", done, 0), keep=show)
        text = StringIO()
        console = Console(file=text, width=100)
        console.print(f"Now {now} confirm. If {other} did:")
        for title, counts in (("videos", found.videos), ("channels", found.channels)):
            console.print(_table(title, counts))
        if found.turned:
            console.print(f"{found.turned} videos would start otherwise, as their channels would.")
        if found.moved:
            named = Table("video", "voices", "score now", "then", title="Most voices first")
            for voices, video, before, after in found.moved:
                named.add_row(video, str(voices), f"{before:.2f}", f"{after:.2f}")
            console.print(named)
        self.stdout.write(text.getvalue())


def compare(confirms: str, progress: Callable[[int], object], *, keep: int) -> Difference:
    """What changes if `confirms` (`votes`, `juries`) does; names at most `keep` videos.

    Each thousand is a transaction under the pipeline's lock that is rolled back, so that a large
    site goes on publishing in between. `progress` gets the number of objects done.
    """
    found, done = Difference(), 0
    juries = confirms == Brake.Confirms.JURIES
    for ids in _pages(_VIDEOS):
        with _supposing(confirms):
            changes = videos_recompute.recompute(
                ids, revision=0, channels=CHANNELS, juries=juries
            ).changes
        for change in changes:
            before, after = _band(change.before), _band(change.after)
            if before != after and change.before and change.after:
                found.videos[before, after] += 1
                old, new = change.before.row, change.after.row
                moved = (new.independent_voters, new.video_id, float(old.score), float(new.score))
                found.moved = sorted([*found.moved, moved], reverse=True)[:keep]
        progress(done := done + len(ids))
    for keys in _pages(_CHANNELS):
        old_bands = {it.key: channel_band(channel_object(it)) for it in Channel.objects.named(keys)}
        with _supposing(confirms):
            ((now,),) = rows("SELECT now()")
            rolled = channels_recompute.roll_up(keys, now=now, revision=0, juries=juries)
        for channel in rolled.changed:
            bands = (old_bands.get(channel.key, "none"), channel_band(channel_object(channel)))
            found.channels[bands] += bands[0] != bands[1]
        found.turned += len(set(rolled.turned))
        progress(done := done + len(keys))
    found.channels = +found.channels
    return found


@contextmanager
def _supposing(confirms: str) -> Iterator[None]:
    """A transaction in which that confirms, and of which nothing stays."""
    with transaction.atomic():
        wait_for_transaction_lock(Lock.PIPELINE)
        Brake.objects.update_or_create(pk=1, defaults={"confirms": confirms})
        yield
        transaction.set_rollback(True)


def _pages(statement: str) -> Iterator[list[str]]:
    """The names that a statement finds, in their order, never more of them than a page."""
    after = ""
    while names := [name for (name,) in rows(statement, {"after": after, "limit": CHUNK})]:
        yield names
        after = names[-1]


def _band(stored: Stored | None) -> str:
    return video_band(video_object(stored.row, stored.categories)) if stored else "none"


def _table(title: str, counts: Counter[tuple[str, str]]) -> Table | str:
    if not counts:
        return f"No {title} would be in another band."
    table = Table("now", "then", title, title=f"{sum(counts.values())} {title} would change")
    for (before, after), number in counts.most_common():
        table.add_row(before.replace("_", " "), after.replace("_", " "), str(number))
    return table
