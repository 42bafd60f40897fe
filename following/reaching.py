"""Where followers are reached: encrypted as it is stored, and recognised by a keyed digest.

Of a mail `{to}`; of a browser `{endpoint, p256dh, auth}`; of a webhook `{url, secret, before,
until}`, where `before` is the secret before this one, which signs, too, until then (ISO 8601).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from common.pseudonyms import keyed
from following.models import Follower, Way
from post import outbox, posting
from post.sealing import seal, unseal

KEY_MIN = 32
BOTH_VALID = timedelta(days=1)
"""How long the secret before this one signs, too."""
Place = dict[str, str]


def ways() -> frozenset[str]:
    """By which ways this site tells followers; none on a mirror, which knows nothing first."""
    if settings.MIRROR_OF or len(settings.MAIL_KEY) < KEY_MIN or not settings.ORIGIN:
        return frozenset()
    found = {Way.WEBHOOK.value}
    if outbox.is_on():
        found.add(Way.MAIL.value)
    if settings.PUSH_KEY:
        found.add(Way.PUSH.value)
    return frozenset(found)


def pack(place: Place) -> str:
    """As it is stored."""
    return seal(json.dumps(place))


def place_of(follower: Follower) -> Place | None:
    """Where they are reached; None if it was stored under another key."""
    stored = unseal(follower.sealed)
    found: Place | None = json.loads(stored) if stored else None
    return found


def digest(way: str, address: str) -> str:
    """By what the same place is recognised, and no other read back."""
    return keyed(address, key=settings.ADDRESS_KEY.encode(), purpose=f"follower {way}")


def challenge(token: str) -> str:
    """What a webhook has to answer to show whose it is; the same at each try."""
    return keyed(token, key=settings.ADDRESS_KEY.encode(), purpose="webhook challenge")


def host_of(place: Place | None) -> str:
    """The host of a webhook; the rest of its address may be a secret."""
    return urlsplit((place or {}).get("url", "")).hostname or ""


def secrets_of(place: Place) -> list[str]:
    """What a webhook is signed by now."""
    found = [place["secret"]]
    if place.get("before") and datetime.fromisoformat(place["until"]) > datetime.now(UTC):
        found.append(place["before"])
    return found


def rotated(place: Place) -> Place:
    """With a new secret, and the old one for a day."""
    until = datetime.now(UTC) + BOTH_VALID
    return {
        **place,
        "secret": posting.new_secret(),
        "before": place["secret"],
        "until": until.isoformat(),
    }
