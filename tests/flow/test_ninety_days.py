"""Ninety days through the real pipeline: who griefs, lies in juries, or shields gains nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from channels.juries.run import run
from common.db import execute
from desk.practice import clock
from sync import pipeline
from tests.juries.world import kit
from videos import nightly
from videos.models import Video
from votes.brakes import set_brakes
from votes.casting import Ballot, Cast, cast_votes
from votes.juries import facts
from votes.models import Juror, Panel, Question, Voter
from votes.trust import NEW_VOTER_TRUST

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
BEGIN, DAYS, EVERY = datetime(2026, 1, 1, tzinfo=UTC), 90, 3
HONEST, RING, ARSONISTS = 12, 1, 2
GRIEFERS, VIEWERS = 8, 9
SLOP, HUMAN = "slop", "human"
SHIELDED = f"{SLOP}0000000"
"""A video that is AI, of the first day, which the griefers dispute again and again."""


@dataclass
class World:
    """Viewers, griefers, and three kinds of jurors, each of a network of their own."""

    luck: random.Random = field(default_factory=lambda: random.Random(90))
    address: dict[str, str] = field(default_factory=dict)

    def people(self, kind: str, n: int) -> list[str]:
        found = [f"{kind}{k:02d}".encode().hex().ljust(32, "0")[:32] for k in range(n)]
        for one in found:
            self.address[one] = f"10.{100 + len(self.address) // 200}.{len(self.address) % 200}.1"
        return found

    def __post_init__(self) -> None:
        self.viewers, self.griefers = self.people("viewer", VIEWERS), self.people("grief", GRIEFERS)
        self.honest, self.ring = self.people("honest", HONEST), self.people("ring", RING)
        self.arson = self.people("arson", ARSONISTS)
        # A griefer judges, too. They know gold by heart, and lie about everything else.
        self.ring += self.griefers[:RING]

    @property
    def jurors(self) -> list[str]:
        return [*self.honest, *self.ring, *self.arson]

    def vote(self, voters: list[str], video: str, category: str) -> None:
        cast_votes([Cast(Ballot(one, video, category), self.address[one]) for one in voters])

    def answers(self) -> None:
        """Everybody answers what they are asked."""
        for asked in Question.objects.filter(answer=None).select_related("panel", "gold"):
            video = asked.gold.video_id if asked.gold else asked.panel.target_id
            truth = asked.gold.truth if asked.gold else "ai" if video.startswith(SLOP) else "human"
            said = self.said(asked.juror_id, truth, gold=asked.gold is not None)
            facts.answer(
                facts.Said(asked.juror_id, asked.pk, said), address=self.address[asked.juror_id]
            )

    def said(self, juror: str, truth: str, *, gold: bool) -> str:
        lie = "human" if truth == "ai" else "ai"
        if juror in self.ring:
            return truth if gold else lie
        wrong = 0.25 if juror in self.arson else 0.05
        return lie if self.luck.random() < wrong else truth


def days(world: World) -> Iterator[int]:
    """Every third day: what is done in it, four runs of the scheduler in two days, and a night."""
    for day in range(0, DAYS, EVERY):
        clock.show(BEGIN + timedelta(days=day))
        yield day
        for hour in (1, 13, 25, 37):
            clock.show(BEGIN + timedelta(days=day, hours=hour))
            pipeline.advance_until_idle()
            run()
            world.answers()
        clock.show(BEGIN + timedelta(days=day, hours=47))
        for juror in world.jurors if day % 9 == 0 else []:
            facts.seen(juror, address=world.address[juror])
        facts.weigh()
        nightly.run(restart=True)
        if day % 9 == 0:
            execute("ANALYZE")  # nobody else sees these rows before the end


def test_after_ninety_days_they_have_earned_nothing():
    world = World()
    with clock.set_back():
        clock.show(BEGIN)
        set_brakes(actor="admin", reason="two levels", changes={"confirms": "juries"})
        kit()
        for juror in world.jurors:
            facts.enrol(juror, address=world.address[juror])
        for day in days(world):
            griefed, slop = f"{HUMAN}{day:07d}", f"{SLOP}{day:07d}"
            world.vote(world.griefers, griefed, "fully_ai")
            world.vote(world.viewers[:2], griefed, "not_ai")
            world.vote(world.viewers[day % 4 :][:6], slop, "fully_ai")
            # A shield is renewed, so that it never ages.
            world.vote(world.griefers, SHIELDED, "not_ai")
        pipeline.advance_until_idle()
    _nobody_earned(world)
    _no_wrong_word_stands()


def _nobody_earned(world: World) -> None:
    trust = dict(Voter.objects.values_list("public_id", "trust"))
    assert max(float(trust[one]) for one in world.griefers) <= NEW_VOTER_TRUST
    assert min(trust[one] for one in world.viewers) >= max(trust[one] for one in world.griefers)
    skill = {
        voter: (sensitivity + specificity) / 2
        for voter, sensitivity, specificity in Juror.objects.values_list(
            "voter_id", "sensitivity", "specificity"
        )
    }
    honest = [skill[one] for one in world.honest]
    rooted = set(Juror.objects.filter(is_rooted=True).values_list("voter_id", flat=True))
    assert len(rooted & set(world.honest)) >= HONEST - 1
    assert max(skill[one] for one in world.ring + world.arson) < min(honest)


def _no_wrong_word_stands() -> None:
    outcomes = dict(Panel.objects.exclude(outcome="open").values_list("target_id", "outcome"))
    assert outcomes[SHIELDED] == "ai"
    shielded = Video.objects.get(pk=SHIELDED)
    assert (shielded.score, shielded.decided_by) == (90, "jury")
    assert not Video.objects.filter(pk__startswith=HUMAN, score__gte=80).exists()
    decided = [video for video, outcome in outcomes.items() if outcome in ("ai", "human")]
    assert len(decided) > DAYS // EVERY
    assert all(video.startswith(SLOP) == (outcomes[video] == "ai") for video in decided)
