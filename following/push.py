"""Web Push: notices to browsers, encrypted for them alone, and signed as this site's.

RFC 8030 (push), RFC 8291 (encryption), RFC 8292 (VAPID). The browser's maker runs the server that
they go through: it learns when, and how long they are, not what they say.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from common import errors
from following.reaching import Place
from post import posting
from post.posting import Post

TTL_S = 3 * 86_400
"""For so long a browser that is off may come back."""
_SIGNED_FOR_S = 12 * 3600
_RENEWED_S = 3600
_POINT, _SECRET = 65, 16


def read(given: Any) -> Place:
    """What a browser says of its subscription (`PushSubscription.toJSON()`), checked.

    Raises `InvalidField`, also for an endpoint that may not be posted to.
    """
    keys = given.get("keys") if isinstance(given, Mapping) else None
    endpoint = given.get("endpoint") if isinstance(given, Mapping) else None
    if not isinstance(keys, Mapping) or not isinstance(endpoint, str):
        raise errors.InvalidField("This is no subscription of a browser.", field="subscription")
    try:
        posting.check(endpoint, allowed=settings.FOLLOW_ORIGINS)
    except posting.NotSent:
        raise errors.InvalidField(
            "The endpoint is no https address on port 443.", field="subscription"
        ) from None
    p256dh, secret = keys.get("p256dh"), keys.get("auth")
    try:
        point, auth = _decoded(p256dh), _decoded(secret)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        is_whole = len(point) == _POINT and len(auth) == _SECRET
    except (ValueError, TypeError, AttributeError):
        is_whole = False
    if not is_whole:
        raise errors.InvalidField("The keys are not those of a browser.", field="subscription")
    # As few bytes as they are: what was given may have thousands that decoding leaves out.
    return {"endpoint": endpoint, "p256dh": _encoded(point), "auth": _encoded(auth)}


def made(place: Place, notice: Mapping[str, str]) -> Post:
    """The request that brings a notice to a browser."""
    body = http_ece.encrypt(
        json.dumps(notice).encode(),
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_decoded(place["p256dh"]),
        auth_secret=_decoded(place["auth"]),
        version="aes128gcm",
    )
    origin = urlsplit(place["endpoint"])
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(TTL_S),
        "Urgency": "normal",
        "Authorization": _authorization(
            settings.PUSH_KEY, f"{origin.scheme}://{origin.netloc}", int(time.time() // _RENEWED_S)
        ),
    }
    return Post("POST", place["endpoint"], headers, body)


def public_key(private: bytes) -> str:
    """What browsers are given, so that nobody else can push to them: base64url."""
    point = _signer(private).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return _encoded(point)


@cache
def _signer(private: bytes) -> Vapid02:
    """Of `REALTUBE_PUSH_KEY`."""
    return Vapid02.from_raw(base64.urlsafe_b64encode(private).rstrip(b"="))


@lru_cache(maxsize=64)
def _authorization(private: bytes, audience: str, hour: int) -> str:
    """By which a push server knows this site; made once an hour for each."""
    expires = hour * _RENEWED_S + _SIGNED_FOR_S
    claims = {"aud": audience, "exp": expires, "sub": _subject()}
    return str(_signer(private).sign(claims)["Authorization"])


def _subject() -> str:
    """How a push server reaches whoever runs this site."""
    contact: str = settings.SITE.contact.removeprefix("mailto:")
    if "@" in contact and "/" not in contact:
        return f"mailto:{contact}"
    return f"https://{urlsplit(settings.ORIGIN).hostname}"


def _encoded(found: bytes) -> str:
    """As base64url without its end."""
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def _decoded(text: Any) -> bytes:
    """Of base64url, with or without its end."""
    return base64.urlsafe_b64decode(text.rstrip("=").encode("ascii") + b"==")
