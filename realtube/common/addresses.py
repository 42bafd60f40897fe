"""Client addresses: which one a request really comes from, and its network. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PREFIX_BITS_V4, PREFIX_BITS_V6 = 24, 64
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
    """The address to hold responsible for a request (D22), in its normal form.

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
            break  # whatever stands left of a hop nobody can read is not to be believed
        if not within(address, trusted):
            return str(address)
    return str(parse(real_ip) or peer_address or "")


@lru_cache(_REMEMBERED)
def network_prefix(address: str) -> str:
    """The /24 of an IPv4 or the /64 of an IPv6 address, as text; empty for no address."""
    parsed = parse(address)
    if parsed is None:
        return ""
    bits = PREFIX_BITS_V4 if parsed.version == 4 else PREFIX_BITS_V6
    host_bits = parsed.max_prefixlen - bits
    return f"{type(parsed)(int(parsed) >> host_bits << host_bits)}/{bits}"


def within(address: Address, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    return any(address in network for network in networks if network.version == address.version)


def limit_key(address: str) -> str:
    """The address a rate limit counts: IPv4 as it is, IPv6 by its /64 (one customer has it all)."""
    return network_prefix(address) if ":" in address else address
