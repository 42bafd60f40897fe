"""The level of juries, hour by hour: queue, draws, answers, records, appeals."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.juries.crowd import Seen
from benchmarks.juries.rules import Court, decide
from benchmarks.juries.world import Video, Viewer, World, chance
from votes.juries import queue, rule
from votes.juries.draw import panel
from votes.juries.rule import Outcome, Record, Side

Answers = list[tuple[Side, str]]
SITTING = 2.0  # hours after a decision until an appeal or a contradiction has come
CONTRADICTIONS = 3
TRAINING = 8 * 24.0  # hours for 40 gold answers: ten a day, half of them given
WITHOUT_KIT = 20 * 24.0  # until moderators have settled 80 videos, four a day


@dataclass
class Panel:
    """A question that is open. `answers` in the order of the draws."""

    question: str
    since: float
    excluded: frozenset[str]
    again: bool = False
    drawn: set[str] = field(default_factory=set)
    answers: Answers = field(default_factory=list)
    exhausted: bool = False


@dataclass
class Verdict:
    """What became of a question: admitted, decided (hours), and how; `spells` it stood as AI."""

    admitted: float
    outcome: Outcome = Outcome.OPEN
    decided: float | None = None
    drawn: int = 0
    was_ai: float | None = None
    hours_ai: float = 0
    label: str | None = None


@dataclass
class Life:
    """What a court leaves: verdicts by video or channel, questions by juror, and who is rooted at
    the end. `listed`: videos that a list has decided about."""

    verdicts: dict[str, Verdict]
    asked: Counter[str]
    jurors: set[str]
    rooted: set[str]
    days: float
    listed: set[str]


def hear(world: World, seen: dict[str, Seen], court: Court) -> Life:
    """All that juries do in a world."""
    return _Session(world, seen, court).run()


def gold_chance(viewer: Viewer, *, ai: bool) -> float:
    """How likely an answer to gold that was published, or is easy to find, is right, 0-1."""
    if viewer.plan == "bots":
        return 1
    if viewer.leaning:
        return float((viewer.leaning == "ai") == ai)
    says_ai = chance(viewer, Video("", ai, 0, ""))
    return says_ai if ai else 1 - says_ai


def train(viewer: Viewer, rng: random.Random, court: Court) -> Record:
    """A juror's record after the training round; attackers do their best, bots know the answers."""
    each = court.parameters.gold / 2

    def right(*, ai: bool) -> int:
        return sum(rng.random() < gold_chance(viewer, ai=ai) for _ in range(int(each)))

    record = Record(each, right(ai=True), each, right(ai=False), each)
    if viewer.plan == "sleeper":  # a year of honest answers before
        return replace(record, ai=220, ai_right=200, human=220, human_right=200)
    return record


def enrolled(world: World, court: Court, rng: random.Random) -> dict[str, Record]:
    """So many of those who would be jurors as the world has, as far as they pass."""
    found: dict[str, Record] = {}
    for name in world.jurors:
        if len(found) == world.setup.jurors:
            break
        record = train(world.viewers[name], rng, court)
        if rule.is_rooted(record, court.parameters):
            found[name] = record
    return found


class _Session:
    def __init__(self, world: World, seen: dict[str, Seen], court: Court) -> None:
        self.world, self.seen, self.court = world, seen, court
        self.parameters = court.parameters
        self.rng = random.Random(f"court {world.setup.seed}")
        self.records = enrolled(world, court, self.rng)
        self.skills = {name: rule.skill(record) for name, record in self.records.items()}
        self.order = sorted(self.records)
        self.voice = {name: world.viewers[name].network for name in self.records}
        self.verdicts: dict[str, Verdict] = {}
        self.panels: list[Panel] = []
        self.waiting: dict[str, None] = {}
        self.asked: Counter[str] = Counter()
        self.left: dict[str, int] = {}
        self.charged: list[tuple[float, str, Sequence[str]]] = []
        self.nominators: dict[str, list[queue.Nominator]] = defaultdict(list)
        self.networks: dict[str, set[str]] = defaultdict(set)
        self.members: dict[str, list[str]] = defaultdict(list)
        for video in world.videos.values():
            self.members[self._question(video.id)].append(video.id)
        self.coming = sorted(
            ((at, video, who) for video, it in seen.items() for at, who in it.nominations),
            reverse=True,
        )
        self.again: list[tuple[float, str]] = []
        self.jury: dict[str, set[str]] = defaultdict(set)

    def _question(self, video: str) -> str:
        return self.world.videos[video].channel if self.court.channels else video

    def run(self) -> Life:
        setup, pace = self.world.setup, self.parameters.pace
        end, rounds = (setup.days + setup.more) * 24, max(1, round(24 / pace))
        step, hour = 0, 0.0
        while hour < end:
            if step % rounds == 0:
                self._morning(hour)
            self._admit(hour)
            self._decide(hour)
            if self._are_enough(hour):
                for it in self.panels:
                    self._draw(it, hour)
                self._begin(hour, rounds - step % rounds)
            step, hour = step + 1, hour + pace
        self._decide(end)
        for verdict in self.verdicts.values():
            if verdict.was_ai is not None:
                verdict.hours_ai += end - verdict.was_ai
        listed = {it.id for it in self.world.videos.values() if it.listed}
        rooted = self._rooted(end)
        return Life(self.verdicts, self.asked, set(self.records), rooted, end / 24, listed)

    def _rooted(self, hour: float) -> set[str]:
        return {
            name
            for name, record in self.records.items()
            if self._ready_at(name) <= hour and rule.is_rooted(record, self.parameters)
        }

    def _ready_at(self, name: str) -> float:
        """When a juror has answered all the gold: at once in a world that is not young."""
        if not self.world.setup.joining:
            return 0
        begins = 0 if self.court.kit else WITHOUT_KIT
        return max(self.world.viewers[name].enrolled_at, begins) + TRAINING

    def _are_enough(self, hour: float) -> bool:
        self.may = self._rooted(hour)
        return len(self.may) >= self.parameters.least_jurors

    def _morning(self, hour: float) -> None:
        """New questions for all, some of them on gold that nobody can tell from others."""
        a_day = self.parameters.a_day
        self.left = dict.fromkeys(self.records, a_day)
        for name in self.order:
            viewer = self.world.viewers[name]
            if self._ready_at(name) > hour or self.rng.random() >= self.court.secret * a_day:
                continue
            self.left[name] -= 1
            self.asked[name] += 1
            if viewer.plan == "silent":
                continue
            if viewer.plan or self.rng.random() < self.world.setup.response:
                ai = self.rng.random() < 0.5
                guess = 0.5 if viewer.plan == "bots" else gold_chance(viewer, ai=ai)
                self._note(name, ai=ai, right=self.rng.random() < guess)

    def _note(self, name: str, *, ai: bool, right: bool) -> None:
        it = self.records[name]
        if ai:
            it = replace(it, ai=it.ai + 1, ai_right=it.ai_right + right)
        else:
            it = replace(it, human=it.human + 1, human_right=it.human_right + right)
        self.records[name], self.skills[name] = it, rule.skill(it, self.parameters)

    def _admit(self, hour: float) -> None:
        while self.coming and self.coming[-1][0] <= hour:
            at, video, who = self.coming.pop()
            if self.world.videos[video].listed:
                continue  # what a list has decided is not asked
            question = self._question(video)
            self.nominators[question].append(who)
            self.networks[question].add(who[1])
            is_new = question not in self.verdicts
            if is_new and queue.is_admitted(self.nominators[question]):
                self.verdicts[question] = Verdict(at)
                self.waiting[question] = None
        due = [it for it in self.again if it[0] <= hour]
        for it in due:
            self.again.remove(it)
            excluded = frozenset(self.jury[it[1]])
            self.panels.append(Panel(it[1], hour, excluded, again=True))

    def _candidates(self) -> list[queue.Candidate]:
        return [
            queue.Candidate(
                it,
                self.nominators[it],
                len(self.networks[it]),
                self.verdicts[it].admitted,
            )
            for it in self.waiting
        ]

    def _load(self, hour: float) -> dict[str, float]:
        load: Counter[str] = Counter()
        for at, question, labels in self.charged:
            recent = hour - at < queue.MEMORY_DAYS * 24
            if recent and self.verdicts[question].outcome is not Outcome.AI:
                load.update(labels)
        return dict(load)

    def _begin(self, hour: float, rounds: int) -> None:
        left = sum(n for name, n in self.left.items() if name in self.may)
        places = queue.places(left, rounds, self.parameters.batch)
        load = {} if "forgotten" in self.court.order else self._load(hour)
        for it in self._chosen(places, load):
            del self.waiting[it.id]
            paying = queue.payers(it.nominators, load)
            self.charged.append((hour, it.id, [label for who in paying for label in who]))
            excluded = frozenset(who for who, _ in it.nominators)
            self.panels.append(Panel(it.id, hour, excluded))
            self._draw(self.panels[-1], hour)

    def _chosen(self, places: int, load: dict[str, float]) -> Sequence[queue.Candidate]:
        waiting, order = self._candidates(), self.court.order
        if order.startswith("turns"):
            if not self.court.kept:
                turn = queue.turns(waiting, load)
                return sorted(waiting, key=lambda it: (turn[it.id], -it.viewers, it.id))[:places]
            return queue.chosen(waiting, places, load)
        if order == "lot":
            return self.rng.sample(waiting, min(places, len(waiting)))
        key = {"viewers": lambda it: (-it.viewers, it.id), "arrival": lambda it: (it.since, it.id)}
        return sorted(waiting, key=key[order])[:places]

    def _draw(self, it: Panel, hour: float) -> None:
        size = min(self.parameters.batch, self.parameters.most - len(it.drawn))
        open_to = [
            name
            for name in self.order
            if name in self.may and name not in it.drawn and name not in it.excluded
        ]
        found = panel(
            self.world.setup.seed.to_bytes(8),
            f"{it.question} {hour}",
            open_to,
            size=size,
            may=lambda name: self.left[name] > 0,
            voice=self.voice.__getitem__,
            taken=frozenset(self.voice[name] for name in it.drawn),
        )
        it.exhausted = len(open_to) <= len(found)
        for name in found:
            self.left[name] -= 1
            self.asked[name] += 1
            it.drawn.add(name)
            side = self.world.answer(name, self._shown(it.question))
            if side is not None:
                it.answers.append((side, name))

    def _shown(self, question: str) -> str:
        """The video that stands for a question: a channel's are all of its kind, but for those
        that are said to be its own, which are what was called AI."""
        return max(self.members[question], key=lambda it: self.world.videos[it].claimed)

    def _decide(self, hour: float) -> None:
        still = []
        for it in self.panels:
            drawn = self.parameters.most if it.exhausted else len(it.drawn)
            found = self._outcome(it.answers, drawn)
            if found is Outcome.OPEN:
                still.append(it)
            else:
                self._close(it, found, hour)
        self.panels = still

    def _outcome(self, answers: Answers, drawn: int) -> Outcome:
        """By the answers of those who are rooted still."""
        known = [(side, self.skills[name]) for side, name in answers if name in self.may]
        return decide(known, drawn, self.court)

    def _close(self, it: Panel, found: Outcome, hour: float) -> None:
        verdict, ai = self.verdicts[it.question], self._truth(it.question)
        self.jury[it.question] |= it.drawn
        verdict.drawn += len(it.drawn)
        if self.court.count and found in (Outcome.AI, Outcome.HUMAN):
            for side, name in it.answers:
                self._note(name, ai=found is Outcome.AI, right=side.value == found.value)
        if it.again and found is Outcome.UNDECIDED:
            return  # what was decided stands until a moderator has looked
        if verdict.was_ai is not None and found is not Outcome.AI:
            verdict.hours_ai += hour - verdict.was_ai
            verdict.was_ai = None
        if found is Outcome.AI and verdict.was_ai is None:
            verdict.was_ai = hour
        verdict.outcome = found
        if found is Outcome.AI:
            shown = self._shown(it.question)
            said = (name for side, name in it.answers if side is Side.AI)
            verdict.label = rule.label(Counter(self.world.kind(name, shown) for name in said))
        if verdict.decided is None:
            verdict.decided = hour
        if found is Outcome.AI and not it.again:
            self._contradict(it.question, ai, hour)

    def _contradict(self, question: str, ai: bool, hour: float) -> None:
        """An appeal, or rooted jurors who opened it and disagree, ask for a new panel."""
        attack = self.world.setup.attack
        share = 1 if attack and attack.appeals else self.court.appeals * (0.5 if ai else 1)
        if self.rng.random() < share:
            self.again.append((hour + 24 * SITTING, question))
        elif self.court.openers:
            later = [
                at
                for at, who in self.seen[self._shown(question)].disputes
                if at > hour and who in self.may
            ]
            if len(later) >= CONTRADICTIONS:
                self.again.append((later[CONTRADICTIONS - 1], question))

    def _truth(self, question: str) -> bool:
        return self.world.videos[self.members[question][0]].ai
