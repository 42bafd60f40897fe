"""Whether a channel labels its videos (docs/scoring.md#measured-channels). Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from votes.juries import tree
from votes.juries.tree import Place

NETWORKS = 3
"""Voices that have to agree."""
VIDEOS = 5
"""Different videos that they have to have seen, all together."""
SHARE = Decimal("0.6")
"""Of the videos seen, how many carry the label at least: channels label nearly all, or none."""
NEWEST = 200
"""Observations of a channel that are looked at: the newest, of each voice `PER_VOICE` at most."""
PER_VOICE = 5
AMONG = 2000
"""Among so many of a channel they are looked for, so that no channel costs more."""
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
    """One observation: keys of videos with and without the label. `voice` is who speaks, a /48 of
    IPv6 that of `provider`."""

    voice: str
    labelled: frozenset[str]
    unlabelled: frozenset[str]
    provider: str = ""


@dataclass
class _Voice:
    """Which videos one voice saw, with all its accounts, and of which provider it is."""

    labelled: set[str] = field(default_factory=set)
    unlabelled: set[str] = field(default_factory=set)
    provider: str = ""

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

    Measured: `NETWORKS` voices agree (`SHARE` of the videos each saw carry the label) that saw at
    least `VIDEOS` different videos together, and those who saw otherwise are fewer than a third.
    Suspended: that, but `OTHERWISE_VOICES` voices, and a tenth of all, saw otherwise. Every voice
    counts once, however many videos it names: keys of videos cost nothing; those of one provider
    by their square root.
    Source: docs/decisions/0017-measured-channels.md.
    """
    voices: dict[str, _Voice] = defaultdict(_Voice)
    for seen in observations:
        voices[seen.voice].labelled |= seen.labelled
        voices[seen.voice].unlabelled |= seen.unlabelled
        voices[seen.voice].provider = seen.provider
    agreeing = {name: it for name, it in voices.items() if it.is_labelled}
    against = {
        name: it
        for name, it in voices.items()
        if it.total >= OTHERWISE_VIDEOS and not it.is_labelled
    }
    agree, otherwise = _count(agreeing), _count(against)
    spoke = agree + otherwise
    videos = len(set().union(*(it.labelled | it.unlabelled for it in agreeing.values())))
    if agree < NETWORKS or videos < VIDEOS:
        return Measured(Verdict.NONE, agree, otherwise)
    if otherwise >= OTHERWISE_VOICES and otherwise >= OTHERWISE_SHARE * spoke:
        return Measured(Verdict.SUSPENDED, agree, otherwise)
    is_measured = otherwise * OUTVOTED < spoke
    return Measured(Verdict.MEASURED if is_measured else Verdict.NONE, agree, otherwise)


def _count(voices: Mapping[str, _Voice]) -> int:
    return tree.voices(Place(name, name, it.provider) for name, it in voices.items())


def strongest(found: Iterable[Measured]) -> Measured:
    """Of the names of one channel: a doubt about any counts for all, else any measurement."""
    order = (Verdict.NONE, Verdict.MEASURED, Verdict.SUSPENDED)
    return max(
        found, key=lambda it: (order.index(it.verdict), it.agree), default=Measured(Verdict.NONE)
    )
