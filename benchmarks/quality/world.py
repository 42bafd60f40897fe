"""Worlds with known truth: who exists, and which votes are tried when. Pure, seeded.

Viewers judge a video some time after it appears. Whoever takes it for AI votes so; whoever takes it
for human-made disputes it with the world's dispute rate, and only where a score is shown.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

HISTORY_DAYS = 14
ATTACK_HOURS = 72
EVERY = 6.0  # hours between runs of the pipeline that no vote waits for
MOMENT = 1e-6  # hours: from what is published to the vote that sees it
MEASURED_AT = 8.0  # hours into the attack: all have attacked, no later judge has come
SHOWN, FLAGGED = 20, 50
# Judges of a video are Pareto distributed, up to a share of all voters.
LEAST_AUDIENCE, PARETO, LARGEST_SHARE = 3, 0.9, 0.9
REGULARS = 0.5  # of the honest voters have 20 resolved votes from before
LATER_JUDGES = 30
JUDGES_OF_TARGET = 15  # vote for AI 30 to 2 hours before the attack
EARLY = 22  # hours by which an early brigade is ahead of the others: most of these judges follow
AI_CATEGORIES = ["fully_ai", "ai_voiceover", "ai_visuals"]

# Brigades of k, each on a video of its own. `TUNED` are those that the proposals of
# docs/quality.md were chosen on; the others are only reported.
SIZES: dict[str, tuple[int, ...]] = {
    "fresh": (5, 10, 20, 24, 30, 50, 100),
    "fresh, 4 networks": (10, 50),
    "aged": (10, 24, 50),
    "slow": (5, 10, 20, 50),
    "farmed": (3, 5, 10, 20),
    "ring": (5, 10, 24),
    "copycats": (3, 5, 10, 20),
    "not_ai": (10, 15, 30, 50),
    "slow not_ai": (9, 15, 30),
    "slow not_ai, newcomers": (5, 7, 8, 15),
    "early not_ai": (5, 10, 20, 30),
    "farmed not_ai": (5, 10, 20),
    "other category": (10, 30, 50),
    "poisoned claims": (3, 10, 20),
    "channel": (5, 10, 20),
    "farmed channel": (10, 20),
}
TUNED = ("fresh", "slow", "not_ai")
CLEARING = (
    "not_ai",
    "slow not_ai",
    "slow not_ai, newcomers",
    "early not_ai",
    "farmed not_ai",
    "other category",
)
# Accounts of a slow brigade an hour: just under the rules for bursts.
PACE = {"slow": 20, "slow not_ai": 8, "slow not_ai, newcomers": 8, "early not_ai": 8}


@dataclass(frozen=True)
class Setup:
    """What a world is like. `dispute` is the share of "not AI" opinions that are voiced."""

    seed: int
    accuracy: float = 0.9
    dispute: float = 0.15
    videos: int = 150
    voters: int = 200
    attacks: bool = True


@dataclass
class Video:
    """A video and the truth about it."""

    id: str
    ai: bool
    born: float
    judges: int = 0


@dataclass(frozen=True)
class Target:
    """A video, or a channel, under attack, and what is wrong for it."""

    family: str
    k: int
    id: str
    flag_is_wrong: bool


# Hours since the world began, voter, video, category, network, channel, least score shown.
Cast = tuple[float, str, str, str, str, str | None, int]


@dataclass
class World:
    """Everything that is tried, in any order; `voters` maps to the hour they were first seen."""

    setup: Setup
    voters: dict[str, float] = field(default_factory=dict)
    videos: list[Video] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    casts: list[Cast] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    # Of earlier months: voter and whether a vote of theirs turned out right.
    past: list[tuple[str, bool]] = field(default_factory=list)


def audience_reaches(judges: int) -> float:
    """The share of videos that so many judge, at least, where there are enough voters."""
    return min(1.0, float((judges / LEAST_AUDIENCE) ** -PARETO))


def build(setup: Setup) -> World:
    """The world of a seed."""
    return _Builder(setup).build()


class _Builder:
    def __init__(self, setup: Setup) -> None:
        self.rng = random.Random(f"{setup.seed}")
        self.world = World(setup)
        self.end = HISTORY_DAYS * 24.0
        self.attacked = 0

    def build(self) -> World:
        self._people()
        self._history()
        if self.world.setup.attacks:
            self._farm()
            for family, sizes in SIZES.items():
                for k in sizes:
                    getattr(self, f"_{_METHODS.get(family, 'brigade')}")(family, k)
        return self.world

    def _join(self, group: str, n: int, first_seen: float | None = None) -> list[str]:
        names = [f"{group} {i}" for i in range(n)]
        for name in names:
            born = self.rng.uniform(-90, 15) * 24 if first_seen is None else first_seen
            self.world.voters[name] = born
        self.world.groups.setdefault(group, []).extend(names)
        return names

    def _people(self) -> None:
        rng, setup = self.rng, self.world.setup
        self.honest = self._join("honest", setup.voters)
        self.activity = [rng.paretovariate(1.3) for _ in self.honest]
        self.skill = {
            name: min(max(rng.gauss(setup.accuracy, 0.03), 0.5), 0.99) for name in self.honest
        }
        for name in rng.sample(self.honest, int(REGULARS * len(self.honest))):
            self.world.voters[name] = min(self.world.voters[name], -30 * 24.0)
            self.world.past += [(name, rng.random() < self.skill[name]) for _ in range(20)]

    def _audience(self, size: int) -> list[str]:
        """Viewers, the busy more often, nobody twice (Efraimidis and Spirakis 2006)."""
        keys = [self.rng.random() ** (1 / weight) for weight in self.activity]
        order = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
        return [self.honest[n] for n in order[:size]]

    def _opinion(self, who: str, video: Video, at: float, channel: str | None) -> None:
        """What an honest viewer does about a video."""
        says_ai = video.ai == (self.rng.random() < self.skill[who])
        if says_ai:
            self._cast(at, who, video.id, self.rng.choice(AI_CATEGORIES), channel=channel)
        elif self.rng.random() < self.world.setup.dispute:
            self._cast(at, who, video.id, "not_ai", channel=channel, least=SHOWN)

    def _cast(
        self,
        at: float,
        who: str,
        video: str,
        category: str,
        *,
        network: str = "",
        channel: str | None = None,
        least: int = 0,
    ) -> None:
        self.world.casts.append((at, who, video, category, network or who, channel, least))

    def _history(self) -> None:
        rng, setup = self.rng, self.world.setup
        base_rate = rng.uniform(0.2, 0.6)
        for n in range(setup.videos):
            video = Video(f"v{n:04}", rng.random() < base_rate, rng.uniform(0, self.end - 48))
            popularity = int(LEAST_AUDIENCE * rng.paretovariate(PARETO))
            size = min(popularity, int(LARGEST_SHARE * setup.voters))
            channel = f"UC{'ai' if video.ai else 'human'}{n % 10}"
            for who in self._audience(size):
                at = video.born + rng.expovariate(1 / 24)
                if at < self.end:
                    video.judges += 1
                    self._opinion(who, video, at, channel)
            self.world.videos.append(video)

    def _farm(self) -> None:
        """Earn trust: alone and right, following the score, or as a ring among themselves."""
        rng, world = self.rng, self.world
        popular = [video for video in world.videos if video.judges >= 20]
        farmers = self._join("farmed", 20, -60 * 24)
        world.past += [(who, True) for who in farmers for _ in range(20)]
        for who in farmers:
            for video in rng.sample(popular, min(25, len(popular))):
                if video.ai:
                    at = min(video.born + rng.expovariate(1 / 12), self.end - 1)
                    self._cast(at, who, video.id, "fully_ai")
        for who in self._join("copycats", 20, -60 * 24):
            for video in rng.sample(popular, min(25, len(popular))):
                at = min(video.born + 24 + rng.expovariate(1 / 24), self.end - 1)
                self._cast(at, who, video.id, "fully_ai", least=FLAGGED)
        for who in self._join("ring", 24, -60 * 24):
            for n in range(14):
                self._cast(n * 22 + rng.uniform(1, 1.15), who, f"ring{n}", "fully_ai")

    def _target(self, family: str, k: int, *, flag_is_wrong: bool, part: bool = False) -> Video:
        self.attacked += 1
        video = Video(f"t{self.attacked:04}", not flag_is_wrong, self.end)
        if not part:
            self.world.targets.append(Target(family, k, video.id, flag_is_wrong))
        return video

    def _judge_later(self, video: Video) -> None:
        """Thirty honest viewers who all say what they think."""
        for who in self._audience(LATER_JUDGES):
            at = self.end + MEASURED_AT + self.rng.uniform(0, 48)
            right = self.rng.random() < self.skill[who]
            category = "fully_ai" if video.ai == right else "not_ai"
            self._cast(at, who, video.id, category, least=SHOWN if category == "not_ai" else 0)

    def _attackers(self, family: str, k: int) -> list[str]:
        if family == "farmed channel":
            names = self._join(f"infiltrator {k}", k, -60 * 24)
            self.world.past += [(who, True) for who in names for _ in range(20)]
            return names
        for pool in ("farmed", "copycats", "ring"):
            if family.startswith(pool):
                return self.world.groups[pool][:k]
        age = {"aged": 90 * 24, "early not_ai": EARLY}.get(family, 0)
        return self._join(f"{family} {k}", k, self.end - age)

    def _brigade(self, family: str, k: int) -> None:
        """k attackers on one video: within half an hour, or just under the rule for bursts."""
        clearing = family in CLEARING
        video = self._target(family, k, flag_is_wrong=not clearing)
        if clearing:
            for who in self._judges(family, k):
                at = self.end - self.rng.uniform(2, 30)
                self._cast(at, who, video.id, "fully_ai")
        start = self.end - (EARLY if family.startswith("early") else 0)
        pace = PACE.get(family)
        for n, who in enumerate(self._attackers(family, k)):
            at = start + (n // pace + 0.4 if pace else self.rng.uniform(0.05, 0.45))
            category = "not_ai" if "not_ai" in family else "fully_ai"
            if family == "other category":
                category = ("ai_assisted", "ai_thumbnails")[n % 2]
            network = f"{video.id} {n % 4}" if "networks" in family else ""
            self._cast(at, who, video.id, category, network=network)
        self._judge_later(video)

    def _judges(self, family: str, k: int) -> list[str]:
        """Who flags what a brigade wants cleared: the audience, or 15 who never voted before."""
        if family.endswith("newcomers"):
            return self._join(f"judges {k}", JUDGES_OF_TARGET, self.end - 48)
        return self._audience(JUDGES_OF_TARGET)

    def _channel(self, family: str, k: int) -> None:
        """k attackers call 25 videos of a human's channel AI, four of them every four hours."""
        channel = f"UC{_METHODS[family]}{family[0]}{k}"
        self.world.targets.append(Target(family, k, channel, flag_is_wrong=True))
        who = self._attackers(family, k)
        for n in range(25):
            video = self._target(family, k, flag_is_wrong=True, part=True)
            for name in who:
                at = self.end + 8 + 4 * (n // 4) - self.rng.uniform(0.02, 0.5)
                self._cast(at, name, video.id, "fully_ai", channel=channel)

    def _poison(self, family: str, k: int) -> None:
        """k attackers say that 25 AI videos, which 8 viewers report, are of a human's channel."""
        channel = f"UCpoisoned{k}"
        self.world.targets.append(Target(family, k, channel, flag_is_wrong=True))
        attackers = self._attackers(family, k)
        for n in range(25):
            video = self._target(family, k, flag_is_wrong=False, part=True)
            at = self.end + 8 + 4 * (n // 4)
            for name in self._audience(8):
                self._cast(
                    at - self.rng.uniform(1, 3), name, video.id, "fully_ai", channel=f"UCslop{k}"
                )
            for name in attackers:
                self._cast(
                    at - self.rng.uniform(0.02, 0.5), name, video.id, "fully_ai", channel=channel
                )


_METHODS = {"channel": "channel", "farmed channel": "channel", "poisoned claims": "poison"}


def ticks(world: World) -> Sequence[float]:
    """The hours at which the pipeline runs.

    The service publishes a vote within seconds, so whoever disputes sees all earlier votes: it
    runs before every such dispute, if the video had votes since the last run. It also runs every
    six hours, and in an attack as that needs it.
    """
    end = HISTORY_DAYS * 24.0
    fixed = [EVERY * n for n in range(1, round(end / EVERY) + 1)]
    if world.setup.attacks:
        fixed += [end + h for h in (0.5, 1, 2, 3, 4, MEASURED_AT)]
        fixed += [end + h for h in (12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72)]
    coming = deque(fixed)
    hours = [0.0]
    voted: dict[str, float] = {}
    for at, _, video, _, _, _, least in sorted(world.casts):
        while coming and coming[0] <= at:
            hours.append(coming.popleft())
        if least == SHOWN and hours[-1] < voted.get(video, 0) <= at - MOMENT:
            hours.append(at - MOMENT)
        voted[video] = at
    return [*hours[1:], *coming]
