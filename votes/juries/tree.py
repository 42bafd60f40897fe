"""Voices as a tree of networks (docs/decisions/0003-voice.md): how many people speak. Pure.

Who pays for a line has all of it: a /64 or /56 of IPv6 is one voice, a /48 two at most, since some
providers serve many homes from one; a /32, one provider's, the square root of what is below it,
rounded up. Many homes share an IPv4 address, and a /24 more so: it is one voice, and more only with
people who are known apart, by being rooted; never more than voters speak from it. `votes.voices`
says the same in SQL.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

from common.addresses import network, provider, site

SITE_VOICES = 2
"""Voices of an IPv6 /48, at most."""
ROOTED = tuple(2**n - 1 for n in range(1, 9))
"""Rooted voters of an IPv4 /24 for one voice more each: 1 + log2(1 + rooted), rounded down."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a voter speaks from, in labels; any that are the same for the same network do.

    `network`: the /56 of IPv6 or the /24 of IPv4; `site` and `provider`: the /48 and the /32 of
    IPv6, empty for IPv4. `rooted`: whether the voter is.
    """

    network: str
    site: str = ""
    provider: str = ""
    rooted: bool = False


def place(address: str, *, rooted: bool = False) -> Place:
    """The place of an address. ValueError if it is none."""
    found = network(address)
    if not found:
        raise ValueError(f"not an address: {address!r}")
    return Place(found, site(address), provider(address), rooted)


def of_shared(voters: int, rooted: int) -> int:
    """The voices of so many voters, >= 1, behind one IPv4 /24, of whom so many are rooted."""
    return min(voters, 1 + bisect_right(ROOTED, rooted))


def of_provider(below: int) -> int:
    """The voices of an IPv6 /32 below which so many speak, >= 0."""
    return isqrt(below - 1) + 1 if below else 0


def voices(places: Iterable[Place]) -> int:
    """How many independent people speak, at most. `places`: one of each voter."""
    shared: dict[str, list[bool]] = defaultdict(list)
    sites: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for it in places:
        if it.provider:
            sites[it.provider][it.site].add(it.network)
        else:
            shared[it.network].append(it.rooted)
    v4 = sum(of_shared(len(those), sum(those)) for those in shared.values())
    v6 = sum(
        of_provider(sum(min(len(networks), SITE_VOICES) for networks in below.values()))
        for below in sites.values()
    )
    return v4 + v6


def together(labels: Sequence[Collection[Hashable]]) -> list[int]:
    """Which voice each is, by number, where who shares any label with another is one with them.

    `labels` of each: their cluster and their network, say. A cluster on three networks takes all
    of these along: nobody there sits twice on a panel.
    """
    first: dict[Hashable, int] = {}
    voice = list(range(len(labels)))

    def of(n: int) -> int:
        while voice[n] != n:
            voice[n] = n = voice[voice[n]]
        return n

    for n, those in enumerate(labels):
        for label in those:
            a, b = sorted((of(n), of(first.setdefault(label, n))))
            voice[b] = a
    return [of(n) for n in range(len(labels))]
