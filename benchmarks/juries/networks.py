"""Voices as a tree beside today's networks: attackers with one line, honest homes behind few."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.quality.report import table
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


def today(addresses: Iterable[str]) -> int:
    """Voices as votes have them now: networks, of an IPv6 /48 two at most."""
    of_site: dict[str, set[str]] = {}
    for address in addresses:
        of_site.setdefault(site(address) or network(address), set()).add(network(address))
    return sum(min(len(networks), 2) for networks in of_site.values())


def report() -> str:
    """How many voices each has, of how many accounts."""
    rows = [
        (
            name,
            len(those),
            today(address for address, _ in those),
            f"{voices(place(address, rooted=rooted) for address, rooted in those):.1f}",
        )
        for name, those in CASES.items()
    ]
    return table(("who", "accounts", "voices today", "voices of the tree"), rows)
