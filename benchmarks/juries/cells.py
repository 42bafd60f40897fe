"""What is lived: every world, attack and comparison, by name.

Parameters and parts were chosen on seeds below `FIRST_SEED` and on the cells of `TUNED`; what the
page says is of other seeds, and its bars count on the other families, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.juries.panels import Bench
from benchmarks.juries.rules import Court
from benchmarks.juries.world import Attack, Setup
from votes.juries.rule import PARAMETERS

FIRST_SEED = 1000
TUNED = ("ring flags, 10 %", "ring flags, 20 %", "flood of 1,000 by 2")
BASE = Court()
WIDE = (0.55, 0.98)


@dataclass(frozen=True)
class Cell:
    """A kind of world, the rules that are tried in it, and in how many seeds of each ten."""

    setup: Setup
    courts: Mapping[str, Court] = field(default_factory=lambda: {"": BASE})
    times: float = 1


def _world(**changes: Any) -> Setup:
    return Setup(0, **changes)


HONEST = {
    "disputes 0.05": Cell(_world(dispute=0.05), times=3),
    "disputes 0.15": Cell(_world(), times=3),
    "disputes 0.3": Cell(_world(dispute=0.3), times=3),
    "accuracies 0.55-0.98": Cell(_world(accuracy=WIDE), times=3),
    "partisans, 20 %": Cell(_world(partisans=0.1), times=3),
    "partly AI, 30 %": Cell(_world(partly=0.3), times=3),
    "behind six networks, 50 %": Cell(_world(shared=0.5), times=3),
    "leanings": Cell(_world(tilts=0.6), times=3),
    "who thinks human answers half": Cell(_world(human_response=0.5), times=3),
    "accuracies 0.55-0.98, human half": Cell(_world(accuracy=WIDE, human_response=0.5), times=3),
}
AUDIENCES_POPULAR = (60, 100)
"""Viewers who judge each video of a world of popular ones; few of the others are popular."""


def popular(name: str) -> list[str]:
    """The names of an honest world's popular ones."""
    return [f"{name}, {size} judges each" for size in AUDIENCES_POPULAR]


POPULAR = {
    both: Cell(replace(cell.setup, audience=size))
    for name, cell in HONEST.items()
    for both, size in zip(popular(name), AUDIENCES_POPULAR, strict=True)
}
CORRELATED = {
    "difficulty by video": Cell(_world(spread=1), times=4),
    "5 % of human videos look like AI": Cell(_world(look_alikes=0.05), times=4),
}
JURORS, RESPONSES = (10, 14, 20, 40, 100, 300), (0.1, 0.3, 0.5, 0.6)
GRID = {
    f"grid {jurors} {response}": Cell(_world(jurors=jurors, response=response))
    for jurors in JURORS
    for response in RESPONSES
} | {"grid 1000 0.5": Cell(_world(jurors=1000))}
AUDIENCES = {
    f"audience {size}": Cell(
        _world(audience=size, voters=max(300, size * 5 // 4), videos=min(60, 20_000 // size))
    )
    for size in (10, 100, 1000, 10_000)
}


def _attacked(
    attack: Attack, courts: Mapping[str, Court] | None = None, times: float = 2, **changes: Any
) -> Cell:
    return Cell(_world(attack=attack, **changes), courts or {"": BASE}, times)


COUNTING = {"": BASE, "outcomes not counted": Court(count=False)}
CHANNELS = {"": Court(channels=True)}


def _claimed(notices: float) -> Cell:
    """Five AI videos of others are said to be of each of two channels with ten human videos."""
    attack = Attack("claims", 24, 20, judges=3, an_hour=20, claimed=5, notices=notices)
    return _attacked(attack, CHANNELS, times=6, of_channel=10)


ACCOUNTS = {f"(1) slow brigade of {k}": _attacked(Attack("slow", k, 20)) for k in (8, 24, 100)} | {
    "(2) 24 over one channel": _attacked(
        Attack("channel", 24, 100, an_hour=20), CHANNELS, times=6, of_channel=10
    ),
    "(3) 22 farmed accounts": _attacked(Attack("farmed", 22, 20, farmed=True)),
    "(4) 10 nominate, then change sides": _attacked(Attack("change", 10, 20, an_hour=60)),
    "(5) 30 defend": _attacked(Attack("defence", 30, 20, says="not_ai", ai=True)),
    "(5) 30 farmed defend": _attacked(
        Attack("defence", 30, 20, says="not_ai", ai=True, farmed=True)
    ),
    "(5) 100 defend": _attacked(Attack("defence", 100, 20, says="not_ai", ai=True)),
    "(6) 24 claim a channel, jurors see it": _claimed(0.9),
    "(6) 24 claim a channel, half of the jurors see it": _claimed(0.5),
    "(6) 24 claim a channel, no juror sees it": _claimed(0),
    "(7) 24 on one network": _attacked(Attack("line", 24, 20, networks=1)),
    "(7) 100 on cloud networks": _attacked(Attack("cloud", 100, 20, an_hour=100)),
    "(8) every verdict is appealed": _attacked(Attack("appeals", appeals=True)),
    "(8) a stolen VIP clears": _attacked(Attack("vip", 1, 20, says="not_ai", ai=True, vip=True)),
    "(8) two stolen VIPs flag": _attacked(Attack("vip", 2, 20, vip=True)),
    "(8) a trusted list is poisoned": _attacked(Attack("list", 0, 20, listed=True)),
    "(9) shield of 60 within an hour": _attacked(
        Attack("shield", 60, 20, says="not_ai", ai=True, an_hour=60)
    ),
    "(9) guard of a false flag, 60": _attacked(Attack("guard", 60, 20, an_hour=60)),
    "(10) 24 on 300 human videos": _attacked(Attack("griefing", 24, 300, judges=10), times=1),
    "(10) 24 on 1,000 human videos": _attacked(Attack("griefing", 24, 1000, judges=3), times=0.5),
}
OF_ACCOUNTS = [it for it in ACCOUNTS if not it.startswith(("(6)", "(8) a trusted list"))]
"""Attacks that a jury sees for what they are, with nothing wrong but its own errors."""
RINGS = {
    f"ring {what}, {share} %": _attacked(
        Attack("ring", 2 if what == "flags" else 0, 20, ai=what == "hides", ring=share / 100),
        COUNTING,
        jurors=60,
    )
    for what in ("flags", "hides")
    for share in (5, 10, 20, 30)
}
OWN = {
    "sleepers, 10 %, flag": _attacked(
        Attack("own", 2, 20, ring=0.1, plan="sleeper"), COUNTING, jurors=60
    ),
    "bought, 10 %, flag": _attacked(Attack("own", 2, 20, ring=0.1, plan="bought"), jurors=60),
    "bought, 20 %, flag": _attacked(Attack("own", 2, 20, ring=0.2, plan="bought"), jurors=60),
    "gold leaked, 10 % bots": _attacked(Attack("own", 2, 20, ring=0.1, plan="bots"), jurors=60),
    "gold leaked, 20 % bots": _attacked(Attack("own", 2, 20, ring=0.2, plan="bots"), jurors=60),
    "arson, 10 % lie in every fifth": _attacked(Attack("own", ring=0.1, plan="arson"), jurors=60),
    "silent, 20 %": _attacked(Attack("own", ring=0.2, plan="silent"), jurors=60),
    "ring flags, 10 %, 90 days": _attacked(
        Attack("own", 2, 120, ring=0.1), COUNTING, times=0.5, jurors=60, days=90, videos=960
    ),
    "ring flags, 10 %, human half": _attacked(
        Attack("own", 2, 20, ring=0.1), jurors=60, human_response=0.5
    ),
}
ORDERS = {
    "": BASE,
    "without places kept": Court(kept=False),
    "turns, forgotten": Court(order="turns, forgotten"),
    "most viewed first": Court(order="viewers"),
    "first come": Court(order="arrival"),
    "by lot": Court(order="lot"),
}
FLOODS = {
    f"flood of {n:,} by {k}": _attacked(
        Attack("flood", k, n, judges=0, loud=False),
        ORDERS if (n, k) == (1000, 2) else None,
        times=0.5,
    )
    for n in (1000, 3000)
    for k in (2, 10, 24)
} | {
    "flood of 500 by 24, all on each": _attacked(
        Attack("flood", 24, 500, judges=0), ORDERS, times=0.5
    ),
    "flood of 1,000 by 24, who join honest nominations": _attacked(
        Attack("flood", 24, 1000, judges=0, loud=False, joins=True), times=0.5
    ),
    "no flood": Cell(_world(), ORDERS),
    "no flood, 20 jurors": Cell(_world(jurors=20), ORDERS),
}
PARTS = {
    f"channels of ten, {jurors} jurors": Cell(
        _world(jurors=jurors, of_channel=10, videos=300),
        {"": BASE, "channels first": Court(channels=True)},
    )
    for jurors in (14, 40)
} | {
    "hours between batches": Cell(
        _world(), {f"{pace}": Court(replace(PARAMETERS, pace=pace)) for pace in (6, 12, 24)}
    ),
    "who opens may answer": Cell(
        _world(accuracy=WIDE, spread=1),
        {
            "": BASE,
            "rooted who open": Court(openers=True),
            "appeals": Court(appeals=0.5),
            "both": Court(openers=True, appeals=0.5),
        },
        times=3,
    ),
    "secret gold among questions": _attacked(
        Attack("own", ring=0.2, plan="bots"),
        {f"{share:.0%}": Court(secret=share) for share in (0, 0.05, 0.1, 0.2)},
        jurors=60,
    ),
}
SITES = {
    f"site of {users:,}, {'a list' if listed else 'no list'}": Cell(
        _world(
            voters=users,
            videos=videos,
            days=30,
            more=0,
            jurors=users // 20,
            listed=listed,
            joining=True,
        ),
        {"kit": BASE, "no kit": Court(kit=False)},
    )
    for users, videos in ((200, 150), (2000, 450), (20_000, 900))
    for listed in (0.3, 0)
}
SEEDS_APART = 1000
"""Honest worlds have seeds of their own, as their figures are pooled; others are compared."""


def first_seed(name: str) -> int:
    """The first of a cell's seeds."""
    honest = [*HONEST, *POPULAR]
    return FIRST_SEED + (SEEDS_APART * honest.index(name) if name in honest else 0)


ALL: dict[str, Cell] = (
    HONEST
    | POPULAR
    | CORRELATED
    | GRID
    | AUDIENCES
    | ACCOUNTS
    | RINGS
    | OWN
    | FLOODS
    | PARTS
    | SITES
)

BENCHES = {
    "accuracy 0.9": Bench(),
    "0.7-0.85": Bench(accuracy=(0.7, 0.85)),
    "0.6-0.95, human half": Bench(accuracy=(0.6, 0.95), human_response=0.5),
    "leanings": Bench(accuracy=(0.8, 0.95), tilts=0.6),
    "all suspicious": Bench(tilt=0.5),
    "difficulty": Bench(spread=1),
    "ring 10 %": Bench(ring=0.1),
    "ring 20 %": Bench(ring=0.2),
    "14 jurors": Bench(jurors=14),
    "response 0.3": Bench(response=0.3),
}


def _with(**changes: Any) -> Court:
    return Court(replace(PARAMETERS, **changes))


OLD = replace(PARAMETERS, most=30)
RULES = {
    "as it is: a lead of 4 and 3, six at a time, 42 at most": BASE,
    "lead of 3 and 3": _with(ahead_ai=3),
    "lead of 4 and 4": _with(ahead_human=4),
    "lead of 2 and 2": _with(ahead_ai=2, ahead_human=2),
    "lead of 5 and 3": _with(ahead_ai=5),
    "lead of 5 and 4": _with(ahead_ai=5, ahead_human=4),
    "30 at most": _with(most=30),
    "60 at most": _with(most=60),
    "4 at a time": _with(batch=4),
    "8 at a time": _with(batch=8),
    "12 at a time": _with(batch=12),
    "the proposal: likelihood ratio, bound 4, 30 at most": Court(OLD, weights="ratio", bound=4),
    "likelihood ratio, bound 6": Court(weights="ratio", bound=6),
    "likelihood ratio, bound 8": Court(weights="ratio", bound=8),
    "likelihood ratio, bound 6, prior 0.65": Court(weights="ratio", bound=6, prior=0.65),
    "ln(a/(1-a)) of what was said, bound 6": Court(weights="own side", bound=6),
    "means of 0.8": _with(mean=0.8),
    "means of 0.7": _with(mean=0.7),
    "20 gold answers": _with(gold=20, secret=10),
    "80 gold answers": _with(gold=80, secret=40),
}
SKILLS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9)
GOLD = {
    "Beta(3, 1), mean 0.75, 40 gold": PARAMETERS,
    "20 gold": replace(PARAMETERS, gold=20, secret=10),
    "80 gold": replace(PARAMETERS, gold=80, secret=40),
    "Beta(1, 1)": replace(PARAMETERS, right=1),
    "mean 0.7": replace(PARAMETERS, mean=0.7),
    "mean 0.8": replace(PARAMETERS, mean=0.8),
}
HALF_LIVES = {"90 days": 90.0, "180 days": 180.0, "270 days": 270.0, "a year": 365.0, "never": 1e9}

SERVICE = (
    "disputes 0.15",
    "behind six networks, 50 %",
    "(1) slow brigade of 24",
    "(3) 22 farmed accounts",
    "(4) 10 nominate, then change sides",
    "(5) 30 defend",
    "(6) 24 claim a channel, no juror sees it",
    "(7) 24 on one network",
    "(8) a stolen VIP clears",
    "(8) a trusted list is poisoned",
    "(9) shield of 60 within an hour",
    "(10) 24 on 300 human videos",
    "ring flags, 10 %",
    "ring hides, 10 %",
    "flood of 1,000 by 2",
)
"""Of each family one, lived by the service itself, too; seeds are those of the laboratory."""
SERVICE_QUICK = ("(3) 22 farmed accounts", "ring flags, 10 %")
"""Those of a quick run."""
