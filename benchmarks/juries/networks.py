"""Voices as a tree beside plain networks: attackers with one line, honest homes behind few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from benchmarks.juries import crowd
from benchmarks.juries.measures import Counts
from benchmarks.juries.world import Attack, Setup, build
from benchmarks.quality.report import percent, table
from common.addresses import network, site
from votes.juries.tree import place, voices

CASES: dict[str, list[tuple[str, bool]]] = {
    "one home, 16 /64s of its /56": [(f"2a01:e0a:1:0{n:x}::1", False) for n in range(16)],
    "one customer, 200 /56s of a /48": [(f"2a01:e0a:1:{n:x}00::1", False) for n in range(200)],
    "one customer, 16 /48s (a /44)": [
        (f"2a01:e0a:{n:x}:{m:x}00::1", False) for n in range(16) for m in range(4)
    ],
    "an attacker's own /32, 1,000 /48s": [(f"2a0f:5700:{n:x}::1", False) for n in range(1000)],
    "100 hosts in the cloud, a /24 each": [(f"198.{n}.7.9", False) for n in range(100)],
    "30 homes of one provider, a /56 each": [(f"2a02:908:{n:x}::1", False) for n in range(30)],
    "30 homes of ten providers": [(f"2a02:{n % 10:x}00:{n:x}::1", False) for n in range(30)],
    "30 homes behind 6 shared /24s": [(f"100.64.{n % 6}.{n}", False) for n in range(30)],
    "the same, 3 of each /24 rooted": [(f"100.64.{n % 6}.{n}", n < 18) for n in range(30)],
}


def before(addresses: Iterable[str]) -> int:
    """Voices as votes had them: networks, of an IPv6 /48 two at most."""
    of_site: dict[str, set[str]] = {}
    for address in addresses:
        of_site.setdefault(site(address) or network(address), set()).add(network(address))
    return sum(min(len(networks), 2) for networks in of_site.values())


def _attacked(accounts: int, networks: int = 0, **more: Any) -> Setup:
    attack = Attack("networks", accounts, 20, an_hour=100, networks=networks, **more)
    return Setup(0, attack=attack)


WORLDS: dict[str, Setup] = {
    "nobody shares a network": Setup(0),
    "half behind six /24s": Setup(0, shared=0.5),
    "half behind six /24s, 100 jurors": Setup(0, shared=0.5, jurors=100),
    "all behind six /24s": Setup(0, shared=1),
    "half of one provider's IPv6": Setup(0, of_provider=0.5),
    "one /44, 64 accounts": _attacked(64, 32, of_provider=True),
    "one /32, 200 accounts on 100 /48s": _attacked(200, 200, of_provider=True),
    "24 cloud networks": _attacked(24),
}
"""Honest viewers behind few networks, and attackers with many of one kind; a /48 has two lines."""
RULES = {"before": False, "tree": True}
ATTACKS = [name for name, it in WORLDS.items() if it.attack]


def tried(name: str, seed: int) -> dict[str, Counts]:
    """What votes suspect in a world, by the rule of voices: videos by what they are."""
    world = build(replace(WORLDS[name], seed=seed))
    found: dict[str, Counts] = {}
    for rule, tree in RULES.items():
        counts: Counts = defaultdict(float)
        for video, seen in crowd.look(world, tree=tree).items():
            it = world.videos[video]
            what = f"{'target' if it.target else 'video'} {'ai' if it.ai else 'human'}"
            counts[f"{what} all"] += 1
            counts[f"{what} suspected"] += seen.suspected
        found[rule] = dict(counts)
    return found


def lived(results: Mapping[str, Any]) -> str:
    """What becomes suspected in each world, before and after."""
    rows = [
        (
            name,
            *(
                percent(figures.get(f"{name} | {rule}", {}).get(what))
                for what in ("suspected recall", "suspected false", "target suspected")
                for rule in RULES
            ),
        )
        for figures in (results.get("networks", {}),)
        for name in WORLDS
    ]
    kinds = ("AI suspected", "human suspected", "targets suspected")
    return table(("world", *(f"{kind}, {rule}" for kind in kinds for rule in RULES)), rows)


def report() -> str:
    """How many voices each has, of how many accounts."""
    rows = [
        (
            name,
            len(those),
            before(address for address, _ in those),
            voices(place(address, rooted=rooted) for address, rooted in those),
        )
        for name, those in CASES.items()
    ]
    return table(("who", "accounts", "voices before", "voices of the tree"), rows)
