"""What happens in a month of practice, and what is true in it. Pure, seeded.

Channels, videos and viewers are invented: handles begin with `demo-`, addresses are of ranges that
are kept for examples and measurements.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

DAYS = 30
HOURS = 24 * DAYS
SHOWN = 20
"""A score from which a viewer sees a video marked, and may dispute that."""
_ALPHABET = string.ascii_letters + string.digits + "-_"
_ABOUT = ("history", "space", "cooking", "trains", "nature", "myths", "chess", "gardens")
_WORDS = (
    "amber",
    "brisk",
    "cobalt",
    "dusty",
    "early",
    "fabled",
    "gentle",
    "hidden",
    "iron",
    "lost",
)
_TITLES = (
    "What nobody tells you about {about}",
    "{n} things about {about} that I learned too late",
    "The whole story of {about} in {n} minutes",
    "I tried {about} for {n} days",
    "{about}, quietly explained (part {n})",
)
_KINDS = ("fully_ai", "fully_ai", "ai_voiceover", "ai_visuals", "ai_music")


class Truth(StrEnum):
    """What a video or channel is."""

    AI = "ai"
    HUMAN = "human"


@dataclass(frozen=True)
class Channel:
    """A channel. `id` is None where nobody names it by one."""

    id: str | None
    handle: str
    truth: Truth
    kind: str

    @property
    def key(self) -> str:
        """What the service calls it."""
        return self.id or f"@{self.handle}"

    @property
    def name(self) -> str:
        """What its page calls it."""
        return self.handle.removeprefix("demo-").replace("-", " ").title()


@dataclass(frozen=True)
class Video:
    """A video, when it appeared (hours since the month began), and how many will judge it."""

    id: str
    channel: Channel
    born: float
    judges: int
    short: bool

    @property
    def title(self) -> str:
        """What its page calls it."""
        about = self.channel.name.split()[-1].lower()
        what = _TITLES[sum(self.id.encode()) % len(_TITLES)]
        return what.format(about=about, n=sum(self.id.encode()) % 40 + 1)


@dataclass(frozen=True)
class Viewer:
    """Somebody who votes: their public id and address."""

    id: str
    address: str


@dataclass(frozen=True)
class Vote:
    """A vote that is tried; a dispute only where a score of `SHOWN` is seen (`if_shown`)."""

    at: float
    viewer: Viewer
    video: Video
    category: str
    channel: Channel
    if_shown: bool = False


@dataclass(frozen=True)
class Report:
    """A report of a channel, with votes on some of its videos."""

    at: float
    viewer: Viewer
    channel: Channel
    videos: tuple[Video, ...]


@dataclass(frozen=True)
class Sight:
    """What a viewer saw of YouTube's own label on a channel's videos."""

    at: float
    viewer: Viewer
    channel: Channel
    labelled: tuple[Video, ...]
    unlabelled: tuple[Video, ...]


@dataclass(frozen=True)
class Appeal:
    """A creator, or somebody who says so, objects."""

    at: float
    target: Video | Channel
    reason: str


@dataclass(frozen=True)
class Erasure:
    """A voter asks to be forgotten."""

    at: float
    viewer: Viewer


Event = Vote | Report | Sight | Appeal | Erasure


@dataclass
class Story:
    """The month: who and what there is, and all events in their order."""

    channels: list[Channel] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    rings: list[frozenset[str]] = field(default_factory=list)

    def truth_of(self, name: str) -> Truth:
        """What a video (id) or channel (id or `@handle`) is."""
        for video in self.videos:
            if video.id == name:
                return video.channel.truth
        return next(it.truth for it in self.channels if name in (it.id, f"@{it.handle}"))


def tell(seed: int, *, viewers: int = 260, channels: int = 42) -> Story:
    """The story of a seed; the same for the same numbers."""
    return _Teller(random.Random(f"practice {seed}"), viewers).tell(channels)


class _Teller:
    def __init__(self, rng: random.Random, viewers: int) -> None:
        self.rng, self.story, self.made = rng, Story(), 0
        self.viewers = [self._viewer() for _ in range(viewers)]
        self.regulars = self.viewers[: viewers // 4]

    def tell(self, channels: int) -> Story:
        self._channels(channels)
        for video in self.story.videos:
            self.story.events += self._judgements(video)
        for part in (
            self._brigades,
            self._ring,
            self._defence,
            self._misnamed,
            self._reports,
            self._sights,
            self._appeals,
        ):
            self.story.events += part()
        self.story.events.append(Erasure(HOURS - 60.0, self.viewers[-1]))
        self.story.events = sorted(
            (it for it in self.story.events if it.at < HOURS), key=lambda it: it.at
        )
        return self.story

    def _viewer(self) -> Viewer:
        self.made += 1
        n = self.made
        name = sha256(f"viewer {n} {self.rng.random()}".encode()).hexdigest()[:32]
        if n % 4 == 0:
            return Viewer(name, f"2001:db8:{n:x}:{self.rng.randrange(1, 9)}00::1")
        return Viewer(name, f"198.{18 + n // 256 % 2}.{n % 256}.{self.rng.randrange(1, 250)}")

    def _id(self, length: int) -> str:
        return "".join(self.rng.choices(_ALPHABET, k=length))

    def _channels(self, n: int) -> None:
        names = [f"demo-{word}-{about}" for word in _WORDS for about in _ABOUT]
        for number, handle in enumerate(self.rng.sample(names, n)):
            truth = Truth.AI if number % 5 < 2 else Truth.HUMAN
            name = f"UC{self._id(21)}{self.rng.choice('AQgw')}" if number % 3 else None
            channel = Channel(name, handle, truth, self.rng.choice(_KINDS))
            self.story.channels.append(channel)
            # Machines upload more than people do.
            uploads = self.rng.randrange(8, 34) if truth is Truth.AI else self.rng.randrange(2, 9)
            for _ in range(uploads):
                judges = min(int(2 * self.rng.paretovariate(0.9)), 90)
                born = self.rng.uniform(-48, HOURS - 12)
                short = self.rng.random() < 0.2
                self.story.videos.append(Video(self._id(11), channel, born, judges, short))

    def _of(self, truth: Truth) -> list[Video]:
        """The videos of that kind, those with most judges first."""
        found = [it for it in self.story.videos if it.channel.truth is truth]
        return sorted(found, key=lambda it: -it.judges)

    def _moment(self, born: float) -> float:
        """When somebody sees a video: soon after it appeared, rarely at night."""
        while True:
            at = max(born, 0.0) + self.rng.expovariate(1 / 20)
            if self.rng.random() < (0.15 if 1 <= at % 24 < 7 else 1.0):
                return at

    def _judgements(self, video: Video) -> Iterator[Vote]:
        some = min(video.judges, len(self.viewers))
        for viewer in {*self.rng.sample(self.viewers, some), *self.rng.sample(self.regulars, 2)}:
            right = self.rng.random() < 0.92
            says_ai = (video.channel.truth is Truth.AI) == right
            at = self._moment(video.born)
            if says_ai:
                kind = video.channel.kind if self.rng.random() < 0.8 else self.rng.choice(_KINDS)
                yield Vote(at, viewer, video, kind, video.channel)
            elif self.rng.random() < 0.25:
                yield Vote(at, viewer, video, "not_ai", video.channel, if_shown=True)

    def _brigade(
        self, video: Video, *, k: int, start: float, hours: float, category: str
    ) -> Iterator[Vote]:
        for _ in range(k):
            at = start + self.rng.uniform(0, hours)
            yield Vote(at, self._viewer(), video, category, video.channel)

    def _brigades(self) -> Iterator[Vote]:
        """Newcomers at once, and slowly; on people's videos, and for machines' ones."""
        people, machines = self._of(Truth.HUMAN), self._of(Truth.AI)
        for n, day in enumerate((8, 15, 25, 26, 27, 27, 28, 28)):
            yield from self._brigade(
                people[n], k=34, start=24 * day + 15, hours=0.8, category="fully_ai"
            )
        for n, day in enumerate((19, 24, 26)):
            yield from self._brigade(
                people[8 + n], k=13, start=24 * day, hours=40, category="ai_visuals"
            )
        for n, day in enumerate((12, 25, 27, 28)):
            yield from self._brigade(
                machines[n], k=16, start=24 * day + 18, hours=0.7, category="not_ai"
            )

    def _ring(self) -> Iterator[Vote]:
        """Accounts that vote together on videos that few see; one early, one late."""
        for first in (6, 17, 24):
            ring = [self._viewer() for _ in range(6)]
            self.story.rings.append(frozenset(it.id for it in ring))
            for n, video in enumerate(self._of(Truth.HUMAN)[-9:]):
                start = 24 * first + 11 * n
                for viewer in ring:
                    yield Vote(
                        start + self.rng.uniform(0, 0.1), viewer, video, "fully_ai", video.channel
                    )

    def _defence(self) -> Iterator[Vote]:
        """A service that disputes what is flagged, of machines' videos that not too many judge."""
        crew = [self._viewer() for _ in range(12)]
        known = [it for it in self._of(Truth.AI) if 9 <= it.judges <= 18]
        for n, video in enumerate(known[:14]):
            for viewer in crew:
                at = max(video.born, 24.0 * (14 + n)) + self.rng.uniform(20, 60)
                yield Vote(at, viewer, video, "not_ai", video.channel, if_shown=True)

    def _misnamed(self) -> Iterator[Vote]:
        """Voters who give machines' videos to somebody else's channel."""
        victim = next(it for it in self.story.channels if it.truth is Truth.HUMAN and it.id)
        known = [it for it in self._of(Truth.AI) if 4 <= it.judges <= 7 and it.channel.id]
        for n, video in enumerate(known[:9]):
            for _ in range(6):
                at = max(video.born, 24.0 * (19 + n)) + self.rng.uniform(0, 30)
                yield Vote(at, self._viewer(), video, "fully_ai", victim)

    def _reports(self) -> Iterator[Report]:
        machines = [it for it in self.story.channels if it.truth is Truth.AI]
        people = [it for it in self.story.channels if it.truth is Truth.HUMAN]
        for n, channel in enumerate([*machines[3:9], *people[2:5]]):
            videos = [it for it in self.story.videos if it.channel is channel]
            for viewer in self.rng.sample(self.viewers, 7):
                at = 24.0 * (10 + 2 * n) + self.rng.uniform(0, 40)
                out = [it for it in videos if it.born < at][:5]
                if out:
                    yield Report(at, viewer, channel, tuple(out))

    def _sights(self) -> Iterator[Sight]:
        """Most of what machines make has YouTube's label; of some, viewers disagree."""
        machines = [it for it in self.story.channels if it.truth is Truth.AI]
        for n, channel in enumerate(machines[:6]):
            videos = [it for it in self.story.videos if it.channel is channel]
            for viewer in self.rng.sample(self.viewers, 9):
                at = self.rng.uniform(24 * 9, HOURS)
                seen = [it for it in videos if it.born < at]
                some = self.rng.sample(seen, min(len(seen), 5))
                without = 4 if n > 3 and self.rng.random() < 0.4 else 0
                if some:
                    yield Sight(at, viewer, channel, tuple(some[without:]), tuple(some[:without]))

    def _appeals(self) -> Iterator[Appeal]:
        """Creators object; some of them are right."""
        honest = "I film and cut all of this myself. The raw footage is here if you want to see it."
        brazen = "We use tools like everybody else does. Please remove the flag, it costs us money."
        for truth, reason in ((Truth.HUMAN, honest), (Truth.AI, brazen)):
            for video in self._of(truth)[:40]:
                at = self.rng.uniform(min(max(video.born, 0) + 40, HOURS - 1), HOURS)
                yield Appeal(at, video, reason)
            for channel in [it for it in self.story.channels if it.truth is truth][:7]:
                yield Appeal(self.rng.uniform(24 * 12, HOURS), channel, reason)
