"""Addresses and mails as they are stored: encrypted under a key that is not in the database."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(text: str) -> str:
    """The text, encrypted under `MAIL_KEY`; each time another result."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str | None:
    """What was sealed; None if that was under another key, or nothing."""
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _cipher() -> Fernet:
    # The key is random already: hashed, it has the length that Fernet wants.
    digest = hashlib.sha256(b"realtube mail\0" + settings.MAIL_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
