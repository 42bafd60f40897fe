"""Single panels without a queue: thousands of questions in seconds, for comparing rules."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from benchmarks.juries.court import train
from benchmarks.juries.rules import Court, decide
from benchmarks.juries.world import Video, Viewer, chance
from votes.juries import rule
from votes.juries.rule import Outcome, Parameters, Record, Side, Skill

Member = tuple[Viewer, Skill]


@dataclass(frozen=True)
class Bench:
    """Who sits: as in `world.Setup`.

    `tilt` is the mean of tilts, `ring` the share of attackers, who always answer.
    """

    jurors: int = 60
    accuracy: tuple[float, float] = (0.87, 0.93)
    response: float = 0.5
    human_response: float = 1
    spread: float = 0
    tilts: float = 0
    tilt: float = 0
    ring: float = 0


def pool(bench: Bench, court: Court, rng: random.Random) -> list[Member]:
    """The rooted jurors: honest ones as they enrol, and the ring."""
    found: list[Member] = []
    while len(found) < bench.jurors:
        plan = "ring" if len(found) < round(bench.ring * bench.jurors) else ""
        viewer = Viewer("", 0.9 if plan else rng.uniform(*bench.accuracy), plan=plan)
        viewer.tilt = 0 if plan else rng.gauss(bench.tilt, bench.tilts)
        record = train(viewer, rng, court)
        if rule.is_rooted(record, court.parameters):
            found.append((viewer, rule.skill(record, court.parameters)))
    return found


def ask(
    members: Sequence[Member], bench: Bench, court: Court, rng: random.Random, *, ai: bool
) -> tuple[Outcome, int]:
    """What a panel says of a video that the ring wants judged wrongly, and how many were drawn."""
    parameters = court.parameters
    order = rng.sample(members, min(parameters.most, len(members)))
    harder = rng.gauss(0, bench.spread) if bench.spread else 0
    answers: list[tuple[Side, Skill]] = []
    drawn, found = 0, Outcome.OPEN
    while found is Outcome.OPEN:
        for viewer, skill in order[drawn : drawn + parameters.batch]:
            side = _said(viewer, bench, rng, ai=ai, harder=harder)
            if side:
                answers.append((side, skill))
        drawn = min(drawn + parameters.batch, len(order))
        last = parameters.most if drawn == len(order) else drawn
        found = decide(answers, last, court)
    return found, drawn


def _said(
    viewer: Viewer, bench: Bench, rng: random.Random, *, ai: bool, harder: float
) -> Side | None:
    if viewer.plan:
        return Side.HUMAN if ai else Side.AI
    says_ai = rng.random() < chance(viewer, Video("", ai, 0, "", harder=harder))
    if rng.random() >= bench.response * (1 if says_ai else bench.human_response):
        return None
    return Side.AI if says_ai else Side.HUMAN


def tried(bench: Bench, court: Court, seed: int, questions: int = 300) -> dict[str, Any]:
    """Counts over so many human and as many AI videos, of one pool of jurors."""
    rng = random.Random(f"panels {seed} {bench}")
    members = pool(bench, court, rng)
    found: dict[str, Any] = {"questions": questions, "drawn": 0, "hours": 0.0, "decided": 0}
    for ai in (True, False):
        outcomes = []
        for _ in range(questions):
            outcome, drawn = ask(members, bench, court, rng, ai=ai)
            outcomes.append(outcome)
            found["drawn"] += drawn
            found["hours"] += ceil(drawn / court.parameters.batch) * court.parameters.pace
        side = "ai" if ai else "human"
        wrong = Outcome.HUMAN if ai else Outcome.AI
        found[f"{side} wrong"] = outcomes.count(wrong)
        found[f"{side} undecided"] = outcomes.count(Outcome.UNDECIDED)
    return found


def passing(skill: float, parameters: Parameters, seed: int, tries: int = 1000) -> int:
    """How many of so many candidates of that accuracy are rooted after their gold."""
    rng, court = random.Random(f"gold {seed} {skill}"), Court(parameters)
    viewer = Viewer("", skill)
    return sum(rule.is_rooted(train(viewer, rng, court), parameters) for _ in range(tries))


STEP = 10  # days


def fading(half_life: float, seed: int, jurors: int = 60) -> dict[str, int]:
    """Who is rooted after a year, of jurors whose accuracy fell from 0.92 to 0.65, or did not.

    `below` counts those ten-day steps in which an accuracy that falls is under the least mean,
    and `rooted` in how many of them the juror still is; `steady` and `steady rooted` the same of
    all steps of a juror whose accuracy stays.
    """
    rng = random.Random(f"fading {seed}")
    parameters = replace(rule.PARAMETERS, half_life=half_life)
    found = {"below": 0, "rooted": 0, "steady": 0, "steady rooted": 0}
    for falls in [True, False] * jurors:
        record = train(Viewer("", 0.92), rng, Court(parameters))
        for step in range(365 // STEP):
            skill = 0.92 - (0.27 * step * STEP / 365 if falls else 0)
            record = _older(record, skill, rng, parameters)
            if not falls:
                found["steady"] += 1
                found["steady rooted"] += rule.is_rooted(record, parameters)
            elif skill < parameters.mean:
                found["below"] += 1
                found["rooted"] += rule.is_rooted(record, parameters)
    return found


def _older(record: Record, skill: float, rng: random.Random, parameters: Parameters) -> Record:
    """A record after ten more days: 15 questions, half of them answered, in a tenth secret gold.

    Four more are of panels that were decided.
    """
    keep = rule.weight(STEP, parameters)
    sides = [3 if rng.random() < 0.5 else 2 for _ in range(2)]
    right = [sum(rng.random() < skill for _ in range(n)) for n in sides]
    return Record(
        record.ai * keep + sides[0],
        record.ai_right * keep + right[0],
        record.human * keep + sides[1],
        record.human_right * keep + right[1],
        record.secret * keep + 1,
    )
