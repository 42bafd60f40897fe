"""Panels: opened, drawn in batches, counted at the end of each, decided. All set-wise.

Everything here runs in the transaction of one run of the scheduler (`channels.juries.run`), which
holds an advisory lock: killed anywhere it has done nothing, and two at once do nothing twice.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from common.db import execute, records, rows
from votes.juries import panel_sql as sql
from votes.juries.draw import panel as draw_panel
from votes.juries.draw import stream
from votes.juries.rule import PARAMETERS, Outcome, Side, label, outcome
from votes.juries.tree import together
from votes.models import Answer, Panel
from votes.networks import current_period

AT_ONCE = 1000
"""Panels that a run ends, or opens."""
GOLD_EVERY = 8
"""One of so many who are drawn is asked a secret gold item, too, which looks the same."""
FEW = 30
"""With fewer jurors to ask, a draw that finds too few of them is a run's last."""
SIDES: Mapping[str, Side] = {
    Answer.AI: Side.AI,
    Answer.PARTLY: Side.AI,
    Answer.HUMAN: Side.HUMAN,
    Answer.UNSURE: Side.UNSURE,
}


@dataclass(frozen=True)
class Wanted:
    """A panel to be opened, about a video or about a channel by some of its videos."""

    target_type: str
    target_id: str
    videos: Sequence[str]
    cause: str
    channel: str | None = None


@dataclass(frozen=True)
class Ended:
    """A panel that is decided, or that nobody can decide."""

    number: int
    target_type: str
    target_id: str
    channel: str | None
    outcome: Outcome
    said: Mapping[Side, int]


@dataclass(frozen=True)
class Counts:
    """How juries are: panels `open`, jurors `rooted`, and the share, 0-1, of those drawn of late
    who said AI or human; None if none were."""

    open: int
    rooted: int
    response: float | None


@dataclass(frozen=True)
class _Juror:
    number: str
    voice: int


@dataclass
class _Draw:
    """One run of draws: who can be asked, and how many questions each has left.

    `began` is `left` at the start. `voices` are of all rooted jurors by number, also those who had
    enough today: they may sit on a panel already.
    """

    voices: Mapping[str, int]
    jurors: list[_Juror]
    began: Mapping[str, int]
    left: dict[str, int]
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    batches: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def places(self) -> int:
        """How many whole batches can still be asked today."""
        return sum(self.left.values()) // PARAMETERS.batch

    def take(self, number: str) -> int:
        """The next free place of a juror's day, from 1; they have it less."""
        self.left[number] -= 1
        return PARAMETERS.a_day - self.left[number]


def counts() -> Counts:
    """How juries are now; one statement."""
    return Counts(*rows(sql.COUNTS)[0])


def asks_about(video_id: str) -> bool:
    """Whether a panel is open that is shown this video, alone or with its channel's."""
    return Panel.objects.filter(outcome=Outcome.OPEN, videos__contains=[video_id]).exists()


def open_panels(wanted: Iterable[Wanted]) -> None:
    """Open panels; not where one about the same is open."""
    found = [vars(it) | {"videos": list(it.videos)} for it in wanted]
    if found:
        execute(sql.OPEN, {"records": records(found)})


def end_batches() -> list[Ended]:
    """Count the batches whose time is over; the panels that this ends, which are stored."""
    due = rows(sql.ENDED, {"limit": AT_ONCE})
    if not due:
        return []
    said: dict[int, list[Side]] = defaultdict(list)
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    for number, answers in _by_panel(rows(sql.SAID, {"panels": [row[0] for row in due]})):
        for answer, kind in answers:
            said[number].append(SIDES[answer])
            if kind:
                kinds[number][kind] += 1
    ended = []
    for number, target_type, target_id, channel, drawn, stale in due:
        found = outcome(said[number], drawn=drawn)
        if found is Outcome.OPEN and stale:
            found = Outcome.UNDECIDED
        if found is not Outcome.OPEN:
            sides = Counter(said[number])
            ended.append(Ended(number, target_type, target_id, channel, found, sides))
    execute(sql.DECIDE, {"records": records(_decided(it, kinds[it.number]) for it in ended)})
    return ended


def _by_panel(found: Sequence[Any]) -> Iterator[tuple[int, list[tuple[str, str | None]]]]:
    """Of each panel the answers that count: of one voice the first."""
    for number, those in groupby(found, key=itemgetter(0)):
        answers = list(those)
        voice = together([list(filter(None, labels)) for _, _, _, *labels in answers])
        first = {voice[n]: answers[n][1:3] for n in reversed(range(len(answers)))}
        yield number, list(first.values())


def _decided(it: Ended, kinds: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": it.number,
        "outcome": it.outcome,
        "label": label(kinds) if it.outcome is Outcome.AI else None,
        "said_ai": it.said.get(Side.AI, 0),
        "said_human": it.said.get(Side.HUMAN, 0),
    }


def draw(admit: Callable[[int], None]) -> int:
    """Draw the next batch of every panel that waits for one; how many questions that asks.

    `admit` opens new panels, at most as many as the number that it is given: what jurors can still
    be asked today beside the panels that are open. Nothing happens under `least_jurors`.
    """
    run = _eligible()
    if len(run.voices) < PARAMETERS.least_jurors:
        return 0
    waiting = rows(sql.WAITING)
    places = min(run.places - len(waiting), AT_ONCE)
    if places > 0:
        admit(places)
        waiting = rows(sql.WAITING)
    if waiting and run.places:
        _draw_all(run, waiting)
    if run.batches:
        _store(run)
    return len(run.asked)


def _eligible() -> _Draw:
    found = rows(sql.ELIGIBLE, {"period": current_period()})
    numbers = [str(number) for number, *_ in found]
    voice = together([list(filter(None, labels)) for _, *labels, _ in found])
    voices = dict(zip(numbers, voice, strict=True))
    left = {str(number): left for number, *_, left in found if left > 0}
    return _Draw(voices, [_Juror(it, voices[it]) for it in left], dict(left), left)


def _draw_all(run: _Draw, waiting: Collection[tuple[int, int, int]]) -> None:
    asked = {"panels": [number for number, _, _ in waiting]}
    voice = run.voices
    barred: dict[int, set[str]] = defaultdict(set)
    for panel, number in rows(sql.BARRED, asked):
        if str(number) in voice:
            barred[panel].add(str(number))
    taken: dict[int, set[int]] = defaultdict(set)
    for panel, number in rows(sql.SITTING, asked):
        if str(number) in voice:
            taken[panel].add(voice[str(number)])
    names = [juror.number for juror in run.jurors]
    free = set(names)
    for panel, batch, drawn in waiting:
        if len(free) < FEW and run.batches and len(run.batches[-1]["picks"]) < PARAMETERS.batch:
            break  # The others wait for tomorrow: to look through all for these few is dear.
        size = min(PARAMETERS.batch, PARAMETERS.most - drawn)
        picks = draw_panel(
            run.seed,
            f"panel {panel} batch {batch + 1}",
            names,
            size=size,
            may=partial(_may, free, barred[panel]),
            voice=lambda number: str(voice[number]),
            taken=frozenset(map(str, taken[panel])),
        )
        if picks:
            run.batches.append(
                {
                    "panel": panel,
                    "batch": batch + 1,
                    "size": size,
                    "barred": sorted(map(int, barred[panel])),
                    "taken": sorted(taken[panel]),
                    "picks": [int(number) for number in picks],
                }
            )
        for number in picks:
            run.asked.append({"panel": panel, "number": int(number), "slot": run.take(number)})
        free -= {number for number in picks if not run.left[number]}


def _array(numbers: Iterable[int | str]) -> str:
    """An array of numbers as PostgreSQL writes it; psycopg would look at each for quotes."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _may(free: Collection[str], barred: Collection[str], number: str) -> bool:
    return number in free and number not in barred


def _store(run: _Draw) -> None:
    """Write down the draw, and ask."""
    ((number,),) = rows(
        sql.LOG_DRAW,
        {
            "seed": run.seed,
            "jurors": _array(juror.number for juror in run.jurors),
            "voices": _array(juror.voice for juror in run.jurors),
            "left": _array(run.began[juror.number] for juror in run.jurors),
        },
    )
    batches = records(run.batches)
    execute(sql.LOG_BATCHES, {"draw": number, "records": batches})
    execute(sql.BEGIN_BATCHES, {"records": batches})
    execute(sql.ASK, {"records": records(run.asked)})
    gold = [
        {"number": int(name), "slot": run.take(name)}
        for name in sorted({str(it["number"]) for it in run.asked})
        if run.left[name] and next(stream(run.seed, f"gold {name}")) % GOLD_EVERY == 0
    ]
    execute(sql.ASK_GOLD, {"records": records(gold)})
