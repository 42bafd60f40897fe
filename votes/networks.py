"""What is kept of a voter's address: keyed pseudonyms that rotate (docs/contract.md#r60)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from common import addresses, pseudonyms
from votes import sql
from votes.models import AddressKey

COMPARED_DAYS = 30
"""For so long a new label of a network can be compared with any earlier one: two keys are kept."""
PERIOD_S = COMPARED_DAYS * 86_400
_secrets: dict[int, bytes] = {}


@dataclass(frozen=True)
class Origin:
    """Pseudonyms of where a vote came from; None where there is no address.

    `ip`, `prefix` (the network that is one voice) and `site_prefix` (the /48 around it, for IPv6)
    can be matched across videos and go after 30 days. `voice` and `site` label the same networks
    on one video, where alone they mean something, and `provider` the /32 around them, which nothing
    matches across videos; `..._before` are these under the previous key.
    """

    ip: str | None = None
    prefix: str | None = None
    site_prefix: str | None = None
    voice: str | None = None
    voice_before: str | None = None
    site: str | None = None
    site_before: str | None = None
    provider: str | None = None
    provider_before: str | None = None


def origin_of(address: str, *, video_id: str) -> Origin:
    """The pseudonyms of `address` for a vote on `video_id`."""
    prefix, site = addresses.network(address), addresses.site(address)
    provider = addresses.provider(address)
    if not prefix:
        return Origin()
    period = current_period()
    now, before = _key(period), _key(period - 1)
    label = f"voice {video_id}"

    def keyed(network: str, key: bytes, purpose: str) -> str | None:
        return pseudonyms.keyed(network, key=key, purpose=purpose) or None

    return Origin(
        ip=keyed(address, now, "address"),
        prefix=keyed(prefix, now, "prefix"),
        site_prefix=keyed(site, now, "prefix"),
        voice=keyed(prefix, now, label),
        voice_before=keyed(prefix, before, label),
        site=keyed(site, now, label),
        site_before=keyed(site, before, label),
        provider=keyed(provider, now, label),
        provider_before=keyed(provider, before, label),
    )


def current_period() -> int:
    """The number of the running 30-day period since 1970."""
    return int(time.time()) // PERIOD_S


def _key(period: int) -> bytes:
    """The key of a period: half of it is in the database, half in the environment.

    Neither a dump nor the environment alone is enough to try all addresses.
    """
    if period not in _secrets:
        with connection.cursor() as cursor:
            # The no-op update makes RETURNING answer when another process was first.
            cursor.execute(
                "INSERT INTO votes_addresskey (period, secret) VALUES (%s, %s)"
                " ON CONFLICT (period) DO UPDATE SET period = excluded.period RETURNING secret",
                [period, secrets.token_bytes(32)],
            )
            _secrets[period] = bytes(cursor.fetchone()[0])
    return _secrets[period] + settings.ADDRESS_KEY.encode()


def expire() -> int:
    """Clear pseudonyms older than 30 days and drop keys but the newest two; rows cleared."""
    with connection.cursor() as cursor:
        cursor.execute(sql.EXPIRE_ADDRESSES)
        cleared: int = cursor.rowcount
    AddressKey.objects.filter(period__lt=current_period() - 1).delete()
    return cleared
