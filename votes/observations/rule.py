"""Whether a channel labels its videos (docs/scoring.md#measured-channels). Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

NETWORKS = 3
"""Voices that have to agree."""
VIDEOS = 5
"""Different videos that they have to have seen, all together."""
SHARE = Decimal("0.6")
"""Of the videos seen, how many carry the label at least: channels label nearly all, or none."""
NEWEST = 100
"""Observations of a channel that are looked at, the newest ones."""
AGE_DAYS = 7
"""How old a voter has to be before an observation counts."""
NOTICE_HOURS = 24
"""How long a measured channel only labels cards, before viewers' rules may dim or hide them."""
OTHERWISE_VIDEOS = 3
"""Videos that a voice must have seen to say otherwise: a chance miss is no contradiction."""
OTHERWISE_VOICES = 2
OTHERWISE_SHARE = Decimal("0.1")
"""So many voices that say otherwise suspend, if they are this share of all that spoke."""
OUTVOTED = 3
"""Those who agree have to be more than twice as many: those against are fewer than a third."""


class Verdict(StrEnum):
    """What the observations of one key come to."""

    NONE = "none"
    MEASURED = "measured"
    SUSPENDED = "suspended"


class Stage(StrEnum):
    """How far a measured channel is: a day of notice first, then it counts."""

    NOTICE = "notice"
    COUNTS = "counts"


@dataclass(frozen=True)
class Seen:
    """One observation: keys of videos with and without the label, and how many they were.

    The keys are empty once they were forgotten; the numbers stay. `voice` is who speaks.
    """

    voice: str
    labelled: frozenset[str]
    unlabelled: frozenset[str]
    labelled_count: int
    unlabelled_count: int


@dataclass
class _Sample:
    """Different videos of some observations, and the most that a forgotten one had."""

    keys: set[str] = field(default_factory=set)
    forgotten: int = 0

    def add(self, keys: frozenset[str], count: int) -> None:
        self.keys |= keys
        if not keys:
            self.forgotten = max(self.forgotten, count)

    def __len__(self) -> int:
        return max(len(self.keys), self.forgotten)


@dataclass
class _Samples:
    """What one voice, or all together, saw."""

    labelled: _Sample = field(default_factory=_Sample)
    unlabelled: _Sample = field(default_factory=_Sample)

    def add(self, seen: Seen) -> None:
        self.labelled.add(seen.labelled, seen.labelled_count)
        self.unlabelled.add(seen.unlabelled, seen.unlabelled_count)

    @property
    def total(self) -> int:
        return len(self.labelled) + len(self.unlabelled)

    @property
    def is_labelled(self) -> bool:
        return len(self.labelled) >= SHARE * self.total > 0


@dataclass(frozen=True)
class Measured:
    """The verdict, with the voices for it and against it."""

    verdict: Verdict
    agree: int = 0
    otherwise: int = 0


def measure(observations: Iterable[Seen]) -> Measured:
    """What these observations of one channel say, those of voters too new left out by the caller.

    Measured: `NETWORKS` voices agree, `SHARE` of at least `VIDEOS` different videos carry the
    label, and those who saw otherwise are fewer than a third. Suspended: that, but
    `OTHERWISE_VOICES` voices, and a tenth of all, saw otherwise.
    Source: docs/decisions/0017-measured-channels.md.
    """
    voices: dict[str, _Samples] = defaultdict(_Samples)
    together = _Samples()
    for seen in observations:
        voices[seen.voice].add(seen)
        together.add(seen)
    agree = sum(it.is_labelled for it in voices.values())
    otherwise = sum(it.total >= OTHERWISE_VIDEOS and not it.is_labelled for it in voices.values())
    spoke = agree + otherwise
    if agree < NETWORKS:
        return Measured(Verdict.NONE, agree, otherwise)
    if otherwise >= OTHERWISE_VOICES and otherwise >= OTHERWISE_SHARE * spoke:
        return Measured(Verdict.SUSPENDED, agree, otherwise)
    is_measured = together.is_labelled and together.total >= VIDEOS and otherwise * OUTVOTED < spoke
    return Measured(Verdict.MEASURED if is_measured else Verdict.NONE, agree, otherwise)


def strongest(found: Iterable[Measured]) -> Measured:
    """Of the names of one channel: a doubt about any counts for all, else any measurement."""
    order = (Verdict.NONE, Verdict.MEASURED, Verdict.SUSPENDED)
    return max(
        found, key=lambda it: (order.index(it.verdict), it.agree), default=Measured(Verdict.NONE)
    )
