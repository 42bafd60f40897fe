"""Voices as a tree of networks (docs/juries.md): how many people speak, at most. Pure.

Who pays for a line has all of it: a /64 or /56 of IPv6 is one voice, a /48 two at most, since some
providers serve many homes from one; a /32, one provider's, the square root of what is below it.
Many homes share an IPv4 address, and a /24 more so: it is one voice, and more only with people who
are known apart, by being rooted; never more than voters speak from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2, sqrt

from common.addresses import prefix

SITE_VOICES = 2


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

    @property
    def voice(self) -> str:
        """What a panel has once at most: all of an IPv6 /48, or of an IPv4 /24."""
        return self.site or self.network


def place(address: str, *, rooted: bool = False) -> Place:
    """The place of an address. ValueError if it is none."""
    network = prefix(address, v4=24, v6=56)
    if not network:
        raise ValueError(f"not an address: {address!r}")
    site, provider = (prefix(address, v4=None, v6=bits) for bits in (48, 32))
    return Place(network, site, provider, rooted)


def voices(places: Iterable[Place]) -> float:
    """How many independent people speak, at most, >= 0; not whole where providers have several.

    `places`: one of each voter.
    """
    shared: dict[str, list[bool]] = defaultdict(list)
    sites: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for it in places:
        if it.provider:
            sites[it.provider][it.site].add(it.network)
        else:
            shared[it.network].append(it.rooted)
    v4 = sum(min(len(those), 1 + log2(1 + sum(those))) for those in shared.values())
    v6 = sum(
        sqrt(sum(min(len(networks), SITE_VOICES) for networks in below.values()))
        for below in sites.values()
    )
    return v4 + v6
