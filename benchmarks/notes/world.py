"""Worlds of jurors who write and rate notes, with known truth. Pure: everything is of the seed.

How somebody rates: helpful with probability `logistic(appeal + slant * view)`, to which comes what
differs from person to person, of standard deviation `TASTE`. `view`, -1 to 1, is what they would
rather hear: 1 that everything is AI. `appeal` says how much a note tells anybody.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import exp
from typing import NamedTuple

from votes.juries.rule import Record, skill, weight
from votes.notes.rule import PARAMETERS

GOOD, POOR, SLANTED, PUSHED = "good", "poor", "slanted", "pushed"
APPEAL = {GOOD: 1.7, POOR: -1.1, SLANTED: 0.0}
"""85 and 25 % helpful to anybody; what is slanted, 92 and 8 % to the partisans of either side."""
SLANT = 2.5
TASTE = 0.5
SPAM, COPY = -2.5, 0.0
"""8 % of the honest find spam helpful, and half of them a text that fits everywhere."""
ACCURACY = 0.87
ANSWERS = 30
"""Settled questions, of each side, that a juror has answered."""


@dataclass(frozen=True)
class Attack:
    """What a ring among the jurors does.

    `share` of the jurors, 0-1; they rate everything. `writes` so many notes of that `appeal`, and
    calls its own helpful; `down`: calls so many good notes not helpful, and `mob`: everything but
    what is slanted its way. Else it rates as anybody, or, if it is no `sleeper`, nothing. `poses`:
    half of it answered panels as if of the other view.
    """

    share: float = 0.1
    writes: int = 0
    appeal: float = SPAM
    slant: float = 0.0
    down: int = 0
    mob: bool = False
    sleeper: bool = False
    poses: bool = False


@dataclass(frozen=True)
class Setup:
    """`partisans`: share of jurors of view -1 or 1, the others are within 0.3; `tell`: by how much
    a view of 1 moves sensitivity up and specificity down. `response`: share of what they are asked
    that honest jurors rate. `chosen`: raters come as they please and a ring comes whole, instead of
    by lot."""

    seed: int
    jurors: int = 40
    notes: int = 150
    partisans: float = 0.3
    one_sided: bool = False
    tell: float = 0.08
    response: float = 0.5
    chosen: bool = False
    attack: Attack | None = None


class Note(NamedTuple):
    """`targeted`: by the attack, whether it is its own or to be kept down."""

    kind: str
    appeal: float
    slant: float
    targeted: bool = False


@dataclass
class Juror:
    """`lean` is what is measured of them, `view` what they are."""

    view: float
    lean: float
    of_ring: bool = False


@dataclass
class World:
    """`ratings`: of each note, by the rater's number, whether it is helpful to them."""

    jurors: list[Juror]
    notes: list[Note]
    ratings: list[dict[int, bool]] = field(default_factory=list)


def build(setup: Setup) -> World:
    """The world of a setup; the same one whenever it is asked for."""
    dice = random.Random(f"notes {setup}")
    world = World(_jurors(setup, dice), _notes(setup, dice))
    for n, note in enumerate(world.notes):
        late = n >= len(world.notes) // 2
        world.ratings.append(_rated(setup, world, note, dice, late=late))
    return world


def _jurors(setup: Setup, dice: random.Random) -> list[Juror]:
    attack = setup.attack
    ring = round(setup.jurors * attack.share) if attack else 0
    found = []
    for n in range(setup.jurors):
        is_partisan = dice.random() < setup.partisans
        sides = (1.0, 1.0, 1.0, -1.0) if setup.one_sided else (1.0, -1.0)
        view = dice.choice(sides) if is_partisan else dice.uniform(-0.3, 0.3)
        of_ring = n < ring
        if of_ring:
            view = 1.0
        shown = -view if of_ring and attack and attack.poses and n % 2 else view
        found.append(Juror(view, _lean(setup.tell * shown, dice), of_ring))
    return found


def _lean(tell: float, dice: random.Random) -> float:
    """As their record says: answers lose weight with the year that they are old."""
    sums = []
    for share in (ACCURACY + tell, ACCURACY - tell):
        weights = [weight(dice.uniform(0, 365)) for _ in range(ANSWERS)]
        sums += [sum(weights), sum(it for it in weights if dice.random() < share)]
    means = skill(Record(*sums))
    return means.sensitivity - means.specificity


def _notes(setup: Setup, dice: random.Random) -> list[Note]:
    found = []
    for _ in range(setup.notes):
        kind = dice.choice((GOOD, GOOD, POOR, SLANTED))
        mild = dice.uniform(-0.5, 0.5)
        slant = dice.choice((SLANT, -SLANT)) if kind == SLANTED else mild
        found.append(Note(kind, APPEAL[kind], slant))
    attack = setup.attack
    if attack is None:
        return found
    good = [n for n, note in enumerate(found) if note.kind == GOOD]
    for n in good[len(good) - attack.down :]:
        found[n] = found[n]._replace(targeted=True)
    # What a ring pushes comes last, when sleepers have been honest for long.
    return found + [Note(PUSHED, attack.appeal, attack.slant, targeted=True)] * attack.writes


def _rated(
    setup: Setup, world: World, note: Note, dice: random.Random, *, late: bool
) -> dict[int, bool]:
    asked = min(PARAMETERS.asked, len(world.jurors))
    some = set(dice.sample(range(len(world.jurors)), asked))
    found = {}
    for n, juror in enumerate(world.jurors):
        if juror.of_ring and setup.attack:
            said = _by_ring(setup.attack, note, late=late)
            if said is None and setup.attack.sleeper:
                said = _helps(note, juror.view, dice)
            if said is not None and (n in some or setup.chosen):
                found[n] = said
        elif n in some and dice.random() < setup.response:
            found[n] = _helps(note, juror.view, dice)
    return found


def _by_ring(attack: Attack, note: Note, *, late: bool) -> bool | None:
    if attack.mob:
        return note.slant == SLANT or note.kind == PUSHED
    if attack.sleeper and not late:
        return None
    return note.kind == PUSHED if note.targeted else None


def _helps(note: Note, view: float, dice: random.Random) -> bool:
    at = note.appeal + note.slant * view + dice.gauss(0, TASTE)
    return dice.random() < 1 / (1 + exp(-at))
