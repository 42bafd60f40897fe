"""Worlds with known truth: viewers, videos, the votes they try, and what jurors would answer.

Pure and seeded. An opinion depends on the seed, the person and the video alone, so that two rules
are compared on the same opinions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from math import exp, log
from typing import NamedTuple

import numpy as np

from benchmarks.quality.world import LARGEST_SHARE, LEAST_AUDIENCE, PARETO, REGULARS, SHOWN
from votes.juries.rule import Side

FRESH, EARNED = Decimal("0.3"), Decimal("0.8")
PARTLY_SEEN = 0.75  # of what one sees of an AI video is seen of one that is partly AI
KINDS = ("fully_ai", "ai_voiceover", "ai_visuals")


@dataclass(frozen=True)
class Attack:
    """What somebody wants, and with what. Targets are videos of the attack alone.

    `accounts` vote `says` on each of `targets` videos, `an_hour` of them an hour, from `networks`
    networks (one each by default), all of them of one IPv6 /32 if `of_provider`; `ai` is the
    targets' truth; `judges` honest viewers see each.
    `farmed` accounts weigh as much as earned trust; all of them vote on each target if `loud`, else
    two by two. `ring`: the share of rooted jurors who follow `plan`; they always answer. `joins`:
    the accounts also nominate what honest viewers do. `appeals`: every AI verdict is appealed.
    `claimed`: of each channel of targets so many AI videos that are not its own, which the accounts
    vote on instead, and say to be the channel's; `notices`: the share of jurors who see that they
    are not, 0-1. `vip`: the votes of the accounts weigh as a VIP's. `listed`: a list that the
    operator trusts has the targets' channels.
    """

    family: str
    accounts: int = 0
    targets: int = 0
    says: str = "fully_ai"
    ai: bool = False
    judges: int = 30
    an_hour: float = 3.5
    networks: int = 0
    of_provider: bool = False
    farmed: bool = False
    ring: float = 0
    plan: str = "ring"
    loud: bool = True
    joins: bool = False
    appeals: bool = False
    claimed: int = 0
    notices: float = 0
    vip: bool = False
    listed: bool = False


@dataclass(frozen=True)
class Setup:
    """What a world is like.

    `accuracy`: between which that of viewers is drawn; `dispute`: share of "not AI" opinions that
    are voiced; `days` in which videos appear, and `more` that the queue goes on; `jurors` rooted
    at the start, who answer `response` of what they are asked, those who take it for human
    `human_response` of that. `spread`: of a video's difficulty, in log odds; `tilts`: of people's
    readiness to say AI, likewise; `look_alikes`: share
    of human videos that 70 % of all people take for AI; `partisans`: share of viewers who always
    say AI, and as many who always say human; `partly`: share of AI videos that are partly AI;
    `shared`: share of viewers behind one of six networks; `of_provider`: share of the others who
    have an IPv6 line of one provider; `of_channel`: videos of a channel;
    `audience`: viewers of every video, instead of Pareto's; `listed`: share of AI videos of listed
    channels; `joining`: jurors enrol one by one in the days, instead of being there, and nobody
    has earned trust.
    """

    seed: int
    accuracy: tuple[float, float] = (0.87, 0.93)
    dispute: float = 0.15
    videos: int = 150
    voters: int = 300
    days: int = 14
    more: int = 10
    jurors: int = 40
    response: float = 0.5
    human_response: float = 1
    spread: float = 0
    tilts: float = 0
    look_alikes: float = 0
    partisans: float = 0
    partly: float = 0
    shared: float = 0
    of_provider: float = 0
    of_channel: int = 1
    audience: int = 0
    listed: float = 0
    joining: bool = False
    attack: Attack | None = None


@dataclass
class Viewer:
    """A person. `leaning` says the same of everything, `tilt` (log odds) says AI the more easily.

    `network` is an IPv4 /24, or with a `provider`, an IPv6 /32, one of its lines. `plan` is an
    attacking juror's; a `vip` votes with the weight of one.
    """

    name: str
    skill: float
    trust: Decimal = FRESH
    network: str = ""
    provider: str = ""
    leaning: str = ""
    tilt: float = 0
    plan: str = ""
    vip: bool = False
    enrolled_at: float = 0


@dataclass
class Video:
    """A video and the truth. `looks`: how likely anybody takes it for AI, whatever their skill.

    `claimed`: it is not of its `channel`, but said to be.
    """

    id: str
    ai: bool
    born: float
    channel: str
    judges: int = 0
    harder: float = 0
    looks: float | None = None
    partly: bool = False
    target: bool = False
    listed: bool = False
    claimed: bool = False


class Vote(NamedTuple):
    """A vote that is tried, at an hour; only where a score of `least` is shown."""

    at: float
    who: str
    video: str
    says: str
    least: int = 0


@dataclass
class World:
    """All of it; `jurors` are names of viewers."""

    setup: Setup
    viewers: dict[str, Viewer] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    votes: list[Vote] = field(default_factory=list)
    jurors: list[str] = field(default_factory=list)

    def opinion(self, who: str, video: str) -> bool:
        """Whether a person honestly takes a video for AI."""
        viewer, it = self.viewers[who], self.videos[video]
        if viewer.leaning:
            return viewer.leaning == "ai"
        return self._luck("sees", who, video) < chance(viewer, it)

    def answer(self, juror: str, *videos: str) -> Side | None:
        """What a juror who was asked about these says, or None for no answer."""
        viewer, it = self.viewers[juror], self.videos[videos[0]]
        says_ai = 2 * sum(self._seen_by(juror, video) for video in videos) > len(videos)
        if viewer.plan and (viewer.plan != "bought" or it.target):
            return _planned(viewer.plan, it, says_ai, self._luck("plan", juror, it.id))
        response = self.setup.response * (1 if says_ai else self.setup.human_response)
        if self._luck("answers", juror, it.id) >= response:
            return None
        return Side.AI if says_ai else Side.HUMAN

    def _seen_by(self, juror: str, video: str) -> bool:
        """Whether a juror takes a video for AI, and for the channel's that is asked about."""
        it, attack = self.videos[video], self.setup.attack
        if it.claimed and attack and self._luck("notices", juror, it.channel) < attack.notices:
            return False
        return self.opinion(juror, video)

    def kind(self, juror: str, video: str) -> str:
        """The kind of AI that a juror who says AI names: the true one in four of five cases."""
        wanted = "ai_voiceover" if self.videos[video].partly else "fully_ai"
        luck = self._luck("kind", juror, video)
        return wanted if luck < 0.8 else KINDS[int(luck * 1000) % len(KINDS)]

    def _luck(self, what: str, who: str, video: str) -> float:
        text = f"{self.setup.seed} {what} {who} {video}"
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64


def chance(viewer: Viewer, video: Video) -> float:
    """How likely a viewer takes a video for AI, 0-1."""
    if video.looks is not None:
        return video.looks
    sure = log(viewer.skill / (1 - viewer.skill)) - video.harder
    says_ai = 1 / (1 + exp(-(sure if video.ai else -sure) - viewer.tilt))
    return says_ai * PARTLY_SEEN if video.partly else says_ai


def _planned(plan: str, video: Video, says_ai: bool, luck: float) -> Side | None:
    """What an attacker on a panel says."""
    if plan == "silent":
        return None
    if plan == "bots":  # know gold by heart, and nothing else
        return Side.AI if video.target or luck < 0.5 else Side.HUMAN
    lies = video.target or (plan == "arson" and luck < 0.2)
    if lies:
        return Side.HUMAN if video.ai else Side.AI
    return Side.AI if says_ai else Side.HUMAN


def build(setup: Setup) -> World:
    """The world of a seed."""
    return _Builder(setup).build()


class _Builder:
    def __init__(self, setup: Setup) -> None:
        self.rng = random.Random(f"{setup.seed}")
        self.numbers = np.random.default_rng(setup.seed)
        self.setup, self.world = setup, World(setup)

    def build(self) -> World:
        self._people()
        self._jurors()
        self._history()
        if self.setup.attack:
            self._attack(self.setup.attack)
        self.world.votes.sort()
        return self.world

    def _people(self) -> None:
        rng, setup = self.rng, self.setup
        for n in range(max(setup.voters, 2 * setup.jurors)):
            viewer = Viewer(f"viewer {n}", rng.uniform(*setup.accuracy), network=f"home {n}")
            if rng.random() < REGULARS and not setup.joining:
                viewer.trust = EARNED
            if rng.random() < setup.shared:
                viewer.network = f"shared {n % 6}"
            elif setup.of_provider and rng.random() < setup.of_provider:
                viewer.provider = "provider"
            viewer.tilt = rng.gauss(0, setup.tilts) if setup.tilts else 0
            luck = rng.random()
            if luck < 2 * setup.partisans:
                viewer.leaning = "ai" if luck < setup.partisans else "human"
            self.world.viewers[viewer.name] = viewer
        self.people = list(self.world.viewers)
        self.activity = np.array([rng.paretovariate(1.3) for _ in self.people])

    def _jurors(self) -> None:
        """Who enrols, at random; the court says who is rooted. The last of them are attackers."""
        setup, attack = self.setup, self.setup.attack
        attackers = round(attack.ring * setup.jurors) if attack else 0
        names = self.rng.sample(self.people, len(self.people))
        for n in range(attackers):
            viewer = Viewer(f"ring {n}", 0.9, network=f"ring {n}", plan=attack.plan)  # type: ignore[union-attr]
            self.world.viewers[viewer.name] = viewer
            names.insert(0, viewer.name)
        for name in names if setup.joining else ():
            self.world.viewers[name].enrolled_at = self.rng.uniform(0, setup.days * 24)
        self.world.jurors = names

    def _audience(self, size: int) -> list[str]:
        """Viewers, the busy more often, nobody twice (Efraimidis and Spirakis 2006)."""
        keys = self.numbers.exponential(size=len(self.people)) / self.activity
        return [self.people[n] for n in np.argpartition(keys, size - 1)[:size]] if size else []

    def _history(self) -> None:
        rng, setup = self.rng, self.setup
        end = setup.days * 24.0
        base_rate = rng.uniform(0.2, 0.6)
        ai = False
        for n in range(setup.videos):
            if n % setup.of_channel == 0:
                ai = rng.random() < base_rate
            video = Video(f"v{n:05}", ai, rng.uniform(0, end - 24), f"c{n // setup.of_channel}")
            video.harder = rng.gauss(0, setup.spread) if setup.spread else 0
            video.partly = ai and rng.random() < setup.partly
            video.listed = ai and rng.random() < setup.listed
            if not ai and rng.random() < setup.look_alikes:
                video.looks = 0.7
            size = setup.audience or int(LEAST_AUDIENCE * rng.paretovariate(PARETO))
            self._seen(video, min(size, int(LARGEST_SHARE * setup.voters)), 24)

    def _seen(self, video: Video, size: int, mean_hours: float) -> None:
        """Honest viewers judge a video; who thinks human says so rarely, where a score is shown."""
        self.world.videos[video.id] = video
        for who in self._audience(size):
            at = video.born + self.rng.expovariate(1 / mean_hours)
            voiced = self.rng.random() < self.setup.dispute
            if at >= (self.setup.days + self.setup.more) * 24:
                continue
            video.judges += 1
            if self.world.opinion(who, video.id):
                kind = self.world.kind(who, video.id)
                self.world.votes.append(Vote(at, who, video.id, kind))
            elif voiced:
                self.world.votes.append(Vote(at, who, video.id, "not_ai", SHOWN))

    def _attack(self, attack: Attack) -> None:
        rng, setup = self.rng, self.setup
        names = []
        for n in range(attack.accounts):
            network = f"attack {n % attack.networks if attack.networks else n}"
            viewer = Viewer(f"attacker {n}", 0.9, network=network)
            viewer.provider = "attackers" if attack.of_provider else ""
            if attack.farmed:
                viewer.trust = EARNED
            viewer.vip = attack.vip
            self.world.viewers[viewer.name] = viewer
            names.append(viewer.name)
        honest = list(self.world.videos)
        for n in range(attack.targets):
            born = rng.uniform(0, (setup.days - 2) * 24)
            video = Video(f"t{n:05}", attack.ai, born, f"target {n // setup.of_channel}")
            video.target, video.listed = True, attack.listed
            self._seen(video, attack.judges, 24)
            if not attack.claimed:
                self._sent(attack, names, video)
            elif n % setup.of_channel < attack.claimed:
                first = self.world.videos[f"t{n - n % setup.of_channel:05}"]  # all at once
                other = Video(f"s{n:05}", True, first.born, video.channel, claimed=True)
                self.world.videos[other.id] = other
                self._sent(attack, names, other)
        if attack.joins:
            for video_id in honest:
                for who in rng.sample(names, 2):
                    at = self.world.videos[video_id].born + 1
                    self.world.votes.append(Vote(at, who, video_id, "fully_ai"))

    def _sent(self, attack: Attack, names: list[str], video: Video) -> None:
        """The votes of the attacking accounts on a video."""
        sent = names if attack.loud else self.rng.sample(names, min(2, len(names)))
        for i, who in enumerate(sent):
            at = video.born + (i + self.rng.random()) / attack.an_hour
            self.world.votes.append(Vote(at, who, video.id, attack.says))
