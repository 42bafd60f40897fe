"""The level of votes: what is suspected, by the service's own rule, and who nominated it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from benchmarks.juries.world import Viewer, Vote, World
from benchmarks.quality.world import FLAGGED
from videos import scoring
from votes.juries.queue import Nominator

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


def look(world: World) -> dict[str, Seen]:
    """All votes in their order, by video. Bursts, clusters and holds are not part of it."""
    votes: dict[str, list[Vote]] = defaultdict(list)
    for vote in world.votes:
        votes[vote.video].append(vote)
    return {video: judged(votes[video], world.viewers) for video in world.videos}


def judged(votes: Iterable[Vote], viewers: Mapping[str, Viewer]) -> Seen:
    """The votes on one video, by time. Of one network the first counts, as they weigh alike."""
    seen, tally = Seen(), _Tally()
    for vote in votes:
        if vote.least and tally.score() < vote.least:
            continue
        viewer = viewers[vote.who]
        if vote.says == scoring.DISPUTE:
            seen.disputes.append((vote.at, vote.who))
        else:
            seen.nominations.append((vote.at, (vote.who, viewer.network)))
        if viewer.network in tally.networks:
            continue
        tally.add(vote.says, viewer)
        if tally.ai >= VOICES:  # with fewer it cannot be suspected
            seen.suspected = min(tally.score(), MOST) >= FLAGGED
            if seen.suspected and seen.first is None:
                seen.first = vote.at
    return seen


class _Tally:
    def __init__(self) -> None:
        self.networks: set[str] = set()
        self.weights: dict[str, Decimal] = defaultdict(Decimal)
        self.ai = self.disputers = 0

    def add(self, says: str, viewer: Viewer) -> None:
        self.networks.add(viewer.network)
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
