"""Ed25519 signatures as minisign writes them, so that anybody can check them with that program.

The form is https://jedisct1.github.io/minisign/#signature-format, without its hash before the
signature ("Ed", not "ED"): what is signed is small, and browsers have no BLAKE2b.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SEED_BYTES = 32
_ALGORITHM = b"Ed"
_KEY_ID_BYTES = 8


class SigningKey:
    """A private key, from its 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        # minisign draws ids at random; of the key itself, every node has the same.
        self._id = hashlib.sha256(public).digest()[:_KEY_ID_BYTES]
        self.public = base64.b64encode(_ALGORITHM + self._id + public).decode()
        """The public key as minisign's `-P` takes it: 56 characters of base64."""

    def sign(self, message: bytes, trusted_comment: str) -> str:
        """The text of the signature file of `message`; `trusted_comment` is one line."""
        signature = self._key.sign(message)
        globally = self._key.sign(signature + trusted_comment.encode())
        return (
            f"untrusted comment: signature of RealTube, key {self.public}\n"
            f"{base64.b64encode(_ALGORITHM + self._id + signature).decode()}\n"
            f"trusted comment: {trusted_comment}\n"
            f"{base64.b64encode(globally).decode()}\n"
        )
