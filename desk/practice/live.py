"""Lives a month of practice with the service's own code, one transaction for all of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from channels import bursts
from channels.blocklists import Entry
from channels.imports import import_listings
from channels.models import ListSource
from common import ids
from common.db import execute, rows
from desk.casework import queue
from desk.practice import clock
from desk.practice.moderators import Moderators
from desk.practice.story import (
    DAYS,
    HOURS,
    SHOWN,
    Appeal,
    Channel,
    Erasure,
    Event,
    Report,
    Sight,
    Story,
    Truth,
    Vote,
)
from sync import pipeline
from videos import nightly
from videos.models import Video
from votes import brakes, casting, covoting, erasures, holds
from votes.models import KEY_LENGTH
from votes.moderation import appeals
from votes.observations import facts as observations
from votes.reports import facts as reports

STEP = 2
"""Hours between two runs of the pipeline."""
SITTINGS = (9, 19)
LAST_SITTING = DAYS - 5
LISTED = 5
CLIENT = "realtube-extension"

# Viewers were there before the month began; what they saw counts from the first day on.
_BACKDATE = """
UPDATE votes_voter SET first_seen = first_seen - interval '40 days'
WHERE public_id = ANY(%(voters)s::text[])
"""


def live(story: Story, *, end: datetime, seed: int, progress: Callable[[int], None]) -> None:
    """Let all of it happen in the `DAYS` days before `end`; `progress` gets the days that are over.

    The database has to be empty. Either all of it is there afterwards, or nothing.
    """
    begin = end - timedelta(hours=HOURS)
    moderators = Moderators(story, random.Random(f"moderators {seed}"))
    with clock.set_back():
        _Month(story, begin, moderators).run(progress)


class _Month:
    def __init__(self, story: Story, begin: datetime, moderators: Moderators) -> None:
        self.story, self.begin, self.moderators = story, begin, moderators
        self.scores: dict[str, Decimal] = {}
        self.met: set[str] = set()
        self.old = {it.viewer.id for it in story.events if isinstance(it, Sight | Report)}

    def run(self, progress: Callable[[int], None]) -> None:
        events = iter(self.story.events)
        event = next(events, None)
        for hour in range(STEP, HOURS + 1, STEP):
            while event and event.at <= hour:
                clock.show(self._moment(event.at))
                self._happens(event)
                event = next(events, None)
            clock.show(self._moment(hour))
            self._routine(hour)
            if hour % 24 == 0:
                self._night()
                progress(hour // 24)

    def _moment(self, hour: float) -> datetime:
        return self.begin + timedelta(hours=hour)

    def _routine(self, hour: int) -> None:
        """What the worker does all day, and what people do on some days."""
        day, of_day = divmod(hour, 24)
        if (day, of_day) == (2, 10):
            self._import_list()
        if (day, of_day) in ((8, 16), (9, 16)):
            brakes.set_brakes(
                actor="demo-moderator-a",
                reason="A wave of newcomers on one video." if day == 8 else "It is over.",
                changes={"new_voters": "delay" if day == 8 else "none"},
            )
        casting.end_delays()
        self._advance()
        if bursts.detect() + holds.cool():
            self._advance()
        queue.weigh()
        if of_day + 1 in SITTINGS and day < LAST_SITTING:
            self.moderators.sit()
            self._advance()

    def _advance(self) -> None:
        pipeline.advance_until_idle()
        self.scores = dict(Video.objects.values_list("video_id", "score"))

    def _night(self) -> None:
        execute("ANALYZE")  # nobody else sees these rows before the end
        covoting.find_clusters()
        nightly.run(restart=True)
        observations.end_waiting()
        self._advance()

    def _import_list(self) -> None:
        slop = [it for it in self.story.channels if it.truth is Truth.AI][-LISTED:]
        import_listings(
            source="demo list",
            level="block",
            entries=[Entry(it.id, it.handle, None, n) for n, it in enumerate(slop, start=1)],
            now=rows("SELECT now()")[0][0],
            dry_run=False,
            progress=lambda _: None,
            licence="CC0-1.0",
            use=ListSource.Use.PASSED_ON,
        )

    def _happens(self, event: Event) -> None:
        if isinstance(event, Vote):
            if not event.if_shown or self.scores.get(event.video.id, 0) >= SHOWN:
                casting.cast_votes([_cast(event)])
                self._meet(event.viewer.id)
        elif isinstance(event, Report):
            votes = [
                Vote(event.at, event.viewer, video, event.channel.kind, event.channel)
                for video in event.videos
            ]
            reports.report(event.channel.key, [_cast(vote) for vote in votes])
            self._meet(event.viewer.id)
        elif isinstance(event, Sight):
            if event.viewer.id in self.met:
                observations.observe(_sample(event), address=event.viewer.address)
        elif isinstance(event, Appeal):
            self._appeal(event)
        elif isinstance(event, Erasure):
            erasures.erase_voter(event.viewer.id)

    def _meet(self, voter_id: str) -> None:
        """A viewer's first vote; those who report and look closely are no newcomers."""
        if voter_id not in self.met:
            self.met.add(voter_id)
            if voter_id in self.old:
                execute(_BACKDATE, {"voters": [voter_id]})

    def _appeal(self, event: Appeal) -> None:
        """Nobody objects to what nobody says."""
        of_channel = isinstance(event.target, Channel)
        name = event.target.key if isinstance(event.target, Channel) else event.target.id
        if of_channel or self.scores.get(name, 0) >= SHOWN:
            appeals.file_appeal(
                target_type="channel" if of_channel else "video",
                target_id=name,
                reason=event.reason,
                channel="" if isinstance(event.target, Channel) else event.target.channel.key,
            )


def _cast(vote: Vote) -> casting.Cast:
    ballot = casting.Ballot(
        voter_id=vote.viewer.id,
        video_id=vote.video.id,
        category=vote.category,
        client_name=CLIENT,
        client_version="1.0.0",
        channel_id=vote.channel.id,
        handle=vote.channel.handle,
        is_short=vote.video.short,
        title=vote.video.title,
        channel_name=vote.video.channel.name,
    )
    return casting.Cast(ballot, vote.viewer.address)


def _sample(sight: Sight) -> observations.Sample:
    names = [it for it in (sight.channel.id, f"@{sight.channel.handle}") if it]
    return observations.Sample(
        voter_id=sight.viewer.id,
        names=names,
        labelled=[ids.video_hash(it.id)[:KEY_LENGTH] for it in sight.labelled],
        unlabelled=[ids.video_hash(it.id)[:KEY_LENGTH] for it in sight.unlabelled],
    )
