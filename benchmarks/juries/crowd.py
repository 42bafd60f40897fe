"""The level of votes: what is suspected, by the service's own rule, and who nominated it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from benchmarks.juries.world import Viewer, Vote, World
from benchmarks.quality.world import FLAGGED
from videos import scoring
from votes.juries.queue import Nominator
from votes.juries.tree import of_provider, of_shared

K, VOICES = Decimal("1.5"), 8
MOST = Decimal("79.9")
"""The most that votes make of a score; a jury, a moderator or a list makes more."""


@dataclass
class Seen:
    """What votes say of a video. Hours are None where it never was so.

    `first`: when it was suspected at first; `suspected`: whether it is at the end.
    """

    nominations: list[tuple[float, Nominator]] = field(default_factory=list)
    disputes: list[tuple[float, str]] = field(default_factory=list)
    first: float | None = None
    suspected: bool = False


def look(world: World, *, tree: bool = True) -> dict[str, Seen]:
    """All votes in their order, by video. Bursts, clusters and holds are not part of it.

    Voices are those of the `tree` of networks, or else one a network, as it was before.
    """
    votes: dict[str, list[Vote]] = defaultdict(list)
    for vote in world.votes:
        votes[vote.video].append(vote)
    setup = world.setup
    rooted = frozenset(() if setup.joining else world.jurors[: setup.jurors]) if tree else None
    return {video: judged(votes[video], world.viewers, rooted) for video in world.videos}


def judged(
    votes: Iterable[Vote], viewers: Mapping[str, Viewer], rooted: Collection[str] | None
) -> Seen:
    """The votes on one video, by time. Of several of a voice the first counts, as they weigh
    alike. Without `rooted` each network is one voice."""
    seen, tally = Seen(), _Tally()
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
        if tally.ai >= VOICES:  # with fewer it cannot be suspected
            seen.suspected = min(tally.score(), MOST) >= FLAGGED
            if seen.suspected and seen.first is None:
                seen.first = vote.at
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
    def __init__(self) -> None:
        self.weights: dict[str, Decimal] = defaultdict(Decimal)
        self.ai = self.disputers = 0

    def add(self, says: str, viewer: Viewer) -> None:
        self.weights[says] += viewer.trust
        if says != scoring.DISPUTE:
            self.ai += 1
        else:
            self.disputers += 1

    def score(self) -> Decimal:
        return scoring.score(
            scoring.Evidence(self.weights, independent_voters=self.ai, disputers=self.disputers),
            prior=False,
            prior_weight=K,
            min_independent=VOICES,
        )
