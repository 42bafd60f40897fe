"""Client addresses: which one a request really comes from, and its network. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# A request asks for the same addresses again and again, its proxy's with all others.
_REMEMBERED = 256


@lru_cache(_REMEMBERED)
def parse(text: str) -> Address | None:
    """The address, IPv4-mapped IPv6 as IPv4; None if it is none (a port or zone is not one)."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def client_address(
    *, peer: str, forwarded_for: str, real_ip: str, trusted: Sequence[Network]
) -> str:
    """The address to hold responsible for a request, in its normal form (docs/contract.md#r22).

    Headers count only when the peer is a trusted proxy; then the right-most hop of
    `X-Forwarded-For` that is not trusted itself does, else `X-Real-IP`, else the peer.
    A peer that is no address (a unix socket: only a local proxy can reach it) is trusted when
    any proxy is.
    """
    peer_address = parse(peer)
    if not trusted or (peer_address and not within(peer_address, trusted)):
        return str(peer_address or "")
    for hop in reversed(forwarded_for.split(",")):
        address = parse(hop)
        if address is None:
            break  # what is left of an unreadable hop cannot be trusted
        if not within(address, trusted):
            return str(address)
    return str(parse(real_ip) or peer_address or "")


@lru_cache(4 * _REMEMBERED)
def prefix(address: str, *, v4: int | None, v6: int) -> str:
    """The network of so many bits around an address, as text; empty for no address.

    Empty for IPv4, too, if `v4` is None.
    """
    parsed = parse(address)
    bits = v6 if parsed and parsed.version == 6 else v4
    if parsed is None or bits is None:
        return ""
    host_bits = parsed.max_prefixlen - bits
    return f"{type(parsed)(int(parsed) >> host_bits << host_bits)}/{bits}"


def network(address: str) -> str:
    """What is one voice: the /24 of an IPv4 or the /56 of an IPv6 address."""
    return prefix(address, v4=24, v6=56)


def site(address: str) -> str:
    """The /48 of an IPv6 address, which one customer may have whole; empty for any other."""
    return prefix(address, v4=None, v6=48)


def provider(address: str) -> str:
    """The /32 of an IPv6 address, which one provider has; empty for any other."""
    return prefix(address, v4=None, v6=32)


def within(address: Address, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    return any(address in network for network in networks if network.version == address.version)


def limit_key(address: str) -> str:
    """The address a rate limit counts: IPv4 as it is, IPv6 by its /64 (one line has it all)."""
    return prefix(address, v4=None, v6=64) or address


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# All of IPv6 that is handed out to the public internet so far.
_UNICAST = ipaddress.IPv6Network("2000::/3")


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, so that it leads to nothing inside.

    Addresses that carry an IPv4 address are what that one is; tunnels (6to4, Teredo) are not.
    """
    parsed = parse(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.sixtofour or parsed.teredo:
            return False
        if parsed in _NAT64:
            parsed = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        elif parsed not in _UNICAST:
            return False
    return parsed is not None and parsed.is_global and not parsed.is_multicast
