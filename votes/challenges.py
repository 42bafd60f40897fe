"""Proof of work in the manner of Hashcash: bound to a voter, signed, expiring. Pure functions.

Source: A. Back, Hashcash - A Denial of Service Counter-Measure (2002).
"""

from __future__ import annotations

import hashlib
import hmac
import re

from common import pseudonyms

LIFETIME_S = 300
PROOF_MAX = 128
_PROOF = re.compile(r"(1\.([0-9]{1,2})\.([0-9]{10})\.([0-9a-f]{32}))\.([0-9a-f]{32}):([0-9]{1,16})")


def issue(*, voter_id: str, bits: int, now: int, nonce: str, key: bytes) -> str:
    """A challenge for one voter, valid `LIFETIME_S` seconds from `now` (Unix seconds).

    `1.<bits>.<expiry>.<nonce>.<signature>`; `nonce` is 32 hex characters that never come again.
    """
    said = f"1.{bits}.{now + LIFETIME_S}.{nonce}"
    return f"{said}.{_signature(said, voter_id, key)}"


def bits_of(challenge: str) -> int:
    """The zero bits that a challenge asks for."""
    return int(challenge.split(".")[1])


def is_proof(text: str) -> bool:
    """Whether this has the form `<challenge>:<counter>`; nothing about whether it is right."""
    return len(text) <= PROOF_MAX and _PROOF.fullmatch(text) is not None


def accepted(proof: str, *, voter_id: str, now: int, key: bytes) -> str | None:
    """The nonce of a proof that solves a challenge issued to this voter and not expired.

    None otherwise. Whether the nonce was seen before is for the caller to say.
    """
    match = _PROOF.fullmatch(proof)
    if match is None:
        return None
    said, bits, expiry, nonce, signature, _ = match.groups()
    signed = hmac.compare_digest(signature, _signature(said, voter_id, key))
    solved = zero_bits(hashlib.sha256(proof.encode()).digest()) >= int(bits)
    return nonce if signed and solved and now < int(expiry) else None


def zero_bits(digest: bytes) -> int:
    """How many zero bits a digest begins with."""
    return 8 * len(digest) - int.from_bytes(digest, "big").bit_length()


def _signature(said: str, voter_id: str, key: bytes) -> str:
    return pseudonyms.keyed(f"{said} {voter_id}", key=key, purpose="challenge")
