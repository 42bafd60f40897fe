"""The level of votes: what is suspected, by the service's own rule, and who nominated it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from benchmarks.juries.world import FRESH, Viewer, Vote, World
from benchmarks.quality.world import FLAGGED
from videos import scoring
from votes.juries.queue import Nominator
from votes.juries.tree import of_provider, of_shared
from votes.trust import VIP_FACTOR

Needed = Callable[[int, int], int]
"""Voices for AI that a flag takes, by disputers who have earned no trust, and who have."""
K, VOICES = Decimal("1.5"), 8
STRICT = 40
"""From here on the strictest preset of the extension hides what votes suspect."""
MOST = Decimal("79.9")
"""The most that votes make of a score; a jury, a moderator or a list makes more."""


@dataclass
class Seen:
    """What votes say of a video. Hours are None where it never was so.

    `first`: when it was suspected at first; `suspected`: whether it is at the end. `strict`: when
    it reached `STRICT` at first.
    """

    nominations: list[tuple[float, Nominator]] = field(default_factory=list)
    disputes: list[tuple[float, str]] = field(default_factory=list)
    first: float | None = None
    suspected: bool = False
    strict: float | None = None


def look(world: World, *, tree: bool = True, needed: Needed | None = None) -> dict[str, Seen]:
    """All votes in their order, by video. Bursts, clusters and holds are not part of it.

    Voices are those of the `tree` of networks, or else one a network, as it was before. `needed`:
    the voices that a flag takes, today's rule without it.
    """
    votes: dict[str, list[Vote]] = defaultdict(list)
    for vote in world.votes:
        votes[vote.video].append(vote)
    setup = world.setup
    rooted = frozenset(() if setup.joining else world.jurors[: setup.jurors]) if tree else None
    return {video: judged(votes[video], world.viewers, rooted, needed) for video in world.videos}


def before_juries(world: World) -> dict[str, Seen]:
    """What votes flagged before there were juries (docs/decisions/0008-voices.md): a network is a
    voice, and a disputer takes one voice from a flag, one who has earned trust two. Without the
    floors under what had stood high.
    """
    return look(world, tree=False, needed=lambda fresh, earned: VOICES + fresh + 2 * earned)


def judged(
    votes: Iterable[Vote],
    viewers: Mapping[str, Viewer],
    rooted: Collection[str] | None,
    needed: Needed | None = None,
) -> Seen:
    """The votes on one video, by time. Of several of a voice the first counts, as they weigh
    alike. Without `rooted` each network is one voice."""
    seen, tally = Seen(), _Tally(needed)
    groups: dict[str, _Group] = defaultdict(_Group)
    for vote in votes:
        if vote.least and tally.score() < vote.least:
            continue
        viewer = viewers[vote.who]
        if vote.says == scoring.DISPUTE:
            seen.disputes.append((vote.at, vote.who))
        else:
            seen.nominations.append((vote.at, (vote.who, viewer.network)))
        group = groups[(viewer.provider if rooted is not None else "") or viewer.network]
        group.join(vote, viewer)
        for says, who in group.newly_heard(rooted):
            tally.add(says, who)
        if seen.strict is None and tally.score() >= STRICT:
            seen.strict = vote.at
        if seen.first is None and tally.flags():
            seen.first = vote.at
    seen.suspected = tally.flags()
    return seen


class _Group:
    """An IPv4 /24, or all of an IPv6 /32: who speaks from it, and how many are heard."""

    def __init__(self) -> None:
        self.votes: list[tuple[str, Viewer]] = []
        self.lines: set[str] = set()
        self.heard = 0

    def join(self, vote: Vote, viewer: Viewer) -> None:
        """One more; of a line of IPv6 the first."""
        if not viewer.provider or viewer.network not in self.lines:
            self.votes.append((vote.says, viewer))
        self.lines.add(viewer.network)

    def newly_heard(self, rooted: Collection[str] | None) -> list[tuple[str, Viewer]]:
        """Those who are heard by now and were not before."""
        viewers = [viewer for _, viewer in self.votes]
        if rooted is None:
            most = 1
        elif viewers[0].provider:
            most = of_provider(len(viewers))
        else:
            most = of_shared(len(viewers), sum(it.name in rooted for it in viewers))
        before, self.heard = self.heard, most
        return self.votes[before:most]


class _Tally:
    def __init__(self, needed: Needed | None) -> None:
        self.weights: dict[str, Decimal] = defaultdict(Decimal)
        self.ai = self.fresh = self.earned = 0
        self.needed = needed

    def add(self, says: str, viewer: Viewer) -> None:
        self.weights[says] += viewer.trust * (VIP_FACTOR if viewer.vip else 1)
        if says != scoring.DISPUTE:
            self.ai += 1
        elif viewer.trust > FRESH:
            self.earned += 1
        else:
            self.fresh += 1

    def flags(self) -> bool:
        """Whether it is suspected; with few voices it cannot be."""
        return self.ai >= VOICES and min(self.score(), MOST) >= FLAGGED

    def score(self) -> Decimal:
        disputers = self.fresh + self.earned
        found = scoring.score(
            scoring.Evidence(
                self.weights,
                independent_voters=self.ai,
                disputers=0 if self.needed else disputers,
            ),
            prior=False,
            prior_weight=K,
            min_independent=VOICES,
        )
        if self.needed and self.ai < self.needed(self.fresh, self.earned):
            return min(found, scoring.UNFLAGGED_CAP)
        return found
