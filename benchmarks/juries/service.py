"""The same worlds, lived by the service itself: real votes, pipeline, queue, draws and answers.

In a database whose clock is moved (`benchmarks.quality.database`), with networks, bursts, holds and
clusters, which the pure laboratory leaves out. What comes out is counted in the same words.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from benchmarks.juries import court, crowd, measures
from benchmarks.juries.rules import Court
from benchmarks.juries.world import Vote, World
from benchmarks.processes import cpu_s
from benchmarks.quality import database
from benchmarks.quality.lab import EPOCH, advance, voter_id
from votes.juries.rule import PARAMETERS, Outcome, Record, Side

SPARE = 4
"""More gold answers than standing takes, as each is worth a little less every day."""
SECRETS = 60
"""Secret items for the days that are lived."""


def lived(world: World) -> measures.Counts:
    """All that happens in a world, as counts; the database is emptied before."""
    life = _Life(world)
    return measures.counted(world, crowd.look(world), life.run())


def drawn(questions: int = 1000, jurors: int = 10_000) -> measures.Counts:
    """What the service's own draw of so many panels from so many jurors takes: `seconds` by the
    clock, and `processor` seconds of this process and of the database's that serves it."""
    from common.db import execute, rows  # noqa: PLC0415
    from votes.juries import panels  # noqa: PLC0415
    from votes.models import Juror, Panel, Voter  # noqa: PLC0415
    from votes.networks import current_period  # noqa: PLC0415

    database.empty()
    execute("SET search_path = pg_catalog, lab")  # the clock that can be moved is slower
    names = [voter_id(f"juror {n}") for n in range(jurors)]
    Voter.objects.bulk_create(Voter(public_id=name) for name in names)
    known = {"is_rooted": True, "period": current_period()}
    Juror.objects.bulk_create(Juror(voter_id=name, voice=name, **known) for name in names)
    about = [f"question {n}" for n in range(questions)]
    panels.open_panels(panels.Wanted("video", it, [it], "suspected") for it in about)
    execute("ANALYZE votes_juror, votes_voter, votes_panel, votes_question")
    ((backend,),) = rows("SELECT pg_backend_pid()")
    began, used = time.perf_counter(), time.process_time() + cpu_s(backend)
    asked = panels.draw(lambda places: None)
    found = {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() + cpu_s(backend) - used,
    }
    execute("RESET search_path")
    if asked != questions * PARAMETERS.batch or Panel.objects.filter(batch=1).count() != questions:
        raise AssertionError(f"Only {asked} questions were asked.")
    return found


def channel_id(name: str) -> str:
    """The id of a channel of a world."""
    return f"UC{voter_id(name)[:22]}"


class _Life:
    def __init__(self, world: World) -> None:
        self.world = world
        self.networks: dict[str, int] = {}
        self.names = {voter_id(name): name for name in world.viewers}
        rng = random.Random(f"court {world.setup.seed}")
        self.records = court.enrolled(world, Court(), rng)
        self.rng = random.Random(f"service {world.setup.seed}")
        self.asked: Counter[str] = Counter()

    def run(self) -> court.Life:
        from channels.juries import run as scheduler  # noqa: PLC0415
        from votes import covoting  # noqa: PLC0415
        from votes.juries import facts  # noqa: PLC0415

        self._begin()
        votes = iter(self.world.votes)
        coming = next(votes, None)
        hours = (self.world.setup.days + self.world.setup.more) * 24
        for hour in range(1, hours + 1):
            database.set_clock(EPOCH + timedelta(hours=hour))
            due = []
            while coming and coming.at <= hour:
                due.append(coming)
                coming = next(votes, None)
            self._vote(due)
            advance()
            if hour % 24 == 0:
                covoting.find_clusters()
                facts.weigh()
            if hour % PARAMETERS.pace == 0:
                scheduler.run()
                self._answer()
        advance()
        return self._found(hours)

    def _address(self, network: str) -> str:
        n = self.networks.setdefault(network, len(self.networks))
        return f"{11 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.9"

    def _begin(self) -> None:
        from votes.models import Voter  # noqa: PLC0415

        database.empty()
        database.set_clock(EPOCH)
        Voter.objects.bulk_create(
            Voter(
                public_id=voter_id(it.name),
                first_seen=EPOCH - timedelta(days=60),
                trust=it.trust,
                is_vip=it.vip,
            )
            for it in self.world.viewers.values()
        )
        self._root()
        self._list()

    def _list(self) -> None:
        """Take in a list that the operator trusts, if there is something on it."""
        from channels.blocklists import Entry  # noqa: PLC0415
        from channels.imports import import_listings  # noqa: PLC0415

        listed = {it.channel for it in self.world.videos.values() if it.listed}
        if listed:
            import_listings(
                source="a list",
                level="block",
                entries=[
                    Entry(channel_id(name), None, None, line)
                    for line, name in enumerate(sorted(listed), start=1)
                ],
                now=EPOCH,
                dry_run=False,
                progress=lambda _: None,
            )

    def _root(self) -> None:
        """Enrol the jurors with the answers on gold that their records are of."""
        from votes.juries import facts  # noqa: PLC0415
        from votes.models import GoldItem, Juror, Question  # noqa: PLC0415

        half = Court().parameters.gold // 4 + SPARE
        truths = [("ai", "fully_ai"), ("human", None)]
        made = [
            GoldItem(
                video_id=f"g_{truth}{secret:d}{n:04}", truth=truth, kind=kind, is_secret=secret
            )
            for secret in (False, True)
            for truth, kind in truths
            for n in range(half + (SECRETS // 2 if secret else 0))
        ]
        GoldItem.objects.bulk_create(made)
        old = {
            (secret, truth): [it for it in made if (it.is_secret, it.truth) == (secret, truth)]
            for secret in (False, True)
            for truth, _ in truths
        }
        for name, record in self.records.items():
            voter = voter_id(name)
            Juror.objects.create(voter_id=voter, enrolled_at=EPOCH, seen_at=EPOCH)
            facts.seen(voter, address=self._address(self.world.viewers[name].network))
            Question.objects.bulk_create(self._history(voter, record, old, half))
        facts.weigh()

    def _history(
        self, voter: str, record: Record, gold: dict[tuple[bool, str], list[Any]], half: int
    ) -> Iterator[Any]:
        from votes.models import Question  # noqa: PLC0415

        left = {"ai": record.ai - record.ai_right, "human": record.human - record.human_right}
        slot = 0
        for (secret, truth), items in gold.items():
            for item in items[:half]:
                wrong = left[truth] > 0
                left[truth] -= wrong
                said = {"ai": "human", "human": "ai"}[truth] if wrong else truth
                place: dict[str, Any] = {"round": 1}
                if secret:
                    day = EPOCH.date() - timedelta(days=1 + slot // 3)
                    place = {"day": day, "slot": slot % 3 + 1}
                    slot += 1
                yield Question(juror_id=voter, gold=item, answer=said, answered_at=EPOCH, **place)

    def _vote(self, due: list[Vote]) -> None:
        from videos.models import Video  # noqa: PLC0415
        from votes.casting import Ballot, Cast, cast_votes  # noqa: PLC0415

        ids = {it.video for it in due if it.least}
        shown = dict(Video.objects.filter(pk__in=ids).values_list("video_id", "score"))
        batch: dict[tuple[str, str], Cast] = {}
        for it in due:
            if it.least and shown.get(it.video, 0) < it.least:
                continue
            address = self._address(self.world.viewers[it.who].network)
            said = Ballot(voter_id(it.who), it.video, it.says, channel_id=self._claim(it.video))
            cast = Cast(said, address)
            if cast.key in batch:  # changed their mind within the hour
                cast_votes(list(batch.values()))
                batch = {}
            batch[cast.key] = cast
        if batch:
            cast_votes(list(batch.values()))

    def _claim(self, video: str) -> str | None:
        """Whose a video is, as its voters say; where one video is a channel they need not."""
        it = self.world.videos[video]
        if self.world.setup.of_channel == 1 and not it.listed:
            return None
        return channel_id(it.channel)

    def _answer(self) -> None:
        """Whoever answers does so before the next batch, as in the laboratory."""
        from common.db import rows  # noqa: PLC0415
        from votes.juries import facts  # noqa: PLC0415

        open_ = rows(
            "SELECT q.id, q.juror_id, p.videos, g.truth FROM votes_question q"
            " LEFT JOIN votes_panel p ON p.id = q.panel_id"
            " LEFT JOIN votes_golditem g ON g.id = q.gold_id"
            " WHERE q.answer IS NULL AND q.asked_at = now()"
        )
        for question, juror, videos, truth in open_:
            name = self.names[juror]
            self.asked[name] += 1
            side = self._says(name, videos, truth)
            if side is not None:
                address = self._address(self.world.viewers[name].network)
                kind = None
                if side is Side.AI:
                    kind = self.world.kind(name, videos[0]) if videos else "fully_ai"
                facts.answer(facts.Said(juror, question, side.value, kind), address=address)

    def _says(self, name: str, videos: list[str] | None, truth: str | None) -> Side | None:
        if videos:
            return self.world.answer(name, *videos)
        viewer, ai = self.world.viewers[name], truth == Side.AI.value
        if viewer.plan == "silent" or (
            not viewer.plan and self.rng.random() >= self.world.setup.response
        ):
            return None
        right = self.rng.random() < court.gold_chance(viewer, ai=ai)
        return Side.AI if ai == right else Side.HUMAN

    def _found(self, hours: int) -> court.Life:
        """What the published rows and the panels say."""
        from common.db import rows  # noqa: PLC0415
        from votes.models import Juror  # noqa: PLC0415

        def hour(moment: datetime) -> float:
            return (moment - EPOCH) / timedelta(hours=1)

        verdicts: dict[str, court.Verdict] = {}
        channels = {channel_id(it.channel): it.channel for it in self.world.videos.values()}
        for target, opened, outcome, decided, drawn, label in rows(
            "SELECT target_id, opened_at, outcome, decided_at, drawn, label"
            " FROM votes_panel ORDER BY id"
        ):
            name = channels.get(target, target)
            found = verdicts.setdefault(name, court.Verdict(hour(opened)))
            found.outcome, found.drawn, found.label = Outcome(outcome), drawn, label
            if decided and found.decided is None:
                found.decided = hour(decided)
        self._check(verdicts)
        listed = {
            channels[channel]
            for (channel,) in rows("SELECT channel_id FROM channels_channel WHERE listed")
        }
        rooted = Juror.objects.filter(is_rooted=True).values_list("voter_id", flat=True)
        return court.Life(
            verdicts,
            self.asked,
            set(self.records),
            {self.names[voter] for voter in rooted},
            hours / 24,
            {it.id for it in self.world.videos.values() if it.channel in listed},
        )

    def _check(self, verdicts: Mapping[str, court.Verdict]) -> None:
        """What is published has to be what was decided."""
        from common.db import rows  # noqa: PLC0415

        confirmed = {name for name, it in verdicts.items() if it.outcome is Outcome.AI}
        published = {
            video: (score, by)
            for video, score, by in rows("SELECT video_id, score, decided_by FROM videos_video")
        }
        for video, (score, by) in published.items():
            if (video in confirmed) != (score >= 80):
                raise AssertionError(f"{video} is published with {score}.")
            channel = self.world.videos[video].channel
            if by == "jury" and video not in verdicts and channel not in confirmed:
                raise AssertionError(f"{video} is published as a jury's, which none decided.")
        if unknown := confirmed - set(published) - self._channels():
            raise AssertionError(f"{unknown} are confirmed, but not published.")

    def _channels(self) -> set[str]:
        return {it.channel for it in self.world.videos.values()}
