"""The proof of work that a server under attack asks of new voters. Pure."""

from __future__ import annotations

import hashlib
from itertools import count

MAX_BITS = 26
"""More would take minutes; servers ask for no more."""
SLICE = 20_000
"""Counters tried at a time, some hundredths of a second."""


def solve(challenge: str, bits: int) -> str:
    """The proof, `<challenge>:<counter>`, whose SHA-256 begins with `bits` zero bits (0-26).

    16 bits take about 65,000 hashes; each further bit doubles them. Raises ValueError for more
    than `MAX_BITS`.
    """
    if not 0 <= bits <= MAX_BITS:
        raise ValueError(f"{bits} bits are more work than servers ask for.")
    for start in count(0, SLICE):
        if proof := search(challenge, bits, start, SLICE):
            return proof
    raise AssertionError("unreachable")


def search(challenge: str, bits: int, start: int, tries: int) -> str | None:
    """The first proof among `tries` counters from `start` on, if one of them is one."""
    beginning = hashlib.sha256(f"{challenge}:".encode())
    for counter in range(start, start + tries):
        attempt = beginning.copy()
        attempt.update(b"%d" % counter)
        if int.from_bytes(attempt.digest(), "big") >> (256 - bits) == 0:
            return f"{challenge}:{counter}"
    return None


def is_proof(proof: str, bits: int) -> bool:
    """Whether a text has so many zero bits."""
    return int.from_bytes(hashlib.sha256(proof.encode()).digest(), "big") >> (256 - bits) == 0
