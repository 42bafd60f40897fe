"""Rate limits: fixed windows that start at a key's first request.

The counters live in Redis, shared by all processes; a request asks once for all its keys. While
Redis is away each process counts for itself, votes more strictly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from common import addresses, pseudonyms
from common.breaker import Breaker, RedisAway
from common.errors import RateLimited
from common.telemetry import metrics

WINDOW_S = 60
HOUR_S = 3600
DAY_S = 86_400
# A /48 is one customer's, or shared by 256 lines or 65,536 phones, few of them here at a time.
SITE_TIMES = 8
# Of what an IPv4 /24 may write: half of it an IPv6 /56, a line; all of it a /48, a customer; four
# times that a /32, a provider. So who has a /44 does not have sixteen times what others have.
NETWORK_TIMES = ((addresses.network, 0.5), (addresses.site, 1), (addresses.provider, 4))
# What is counted here while Redis is away is forgotten rather than grow past this.
LOCAL_KEYS_MAX = 100_000
# While each process counts for itself, votes get this share of their limit.
LOCAL_VOTE_SHARE = 3

_COUNT = """
local answer = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCRBY', key, ARGV[2 * i])
  local left = redis.call('PTTL', key)
  if left < 0 then
    redis.call('PEXPIRE', key, ARGV[2 * i - 1])
    left = tonumber(ARGV[2 * i - 1])
  end
  answer[2 * i - 1] = count
  answer[2 * i] = left
end
return answer
"""

PREFIX = "realtube:limit"
_breaker = Breaker("limits")
_lock = threading.Lock()
_local: dict[str, tuple[float, int]] = {}
"""Of each key counted here: when its window ends (Unix time), and the count."""


@dataclass(frozen=True)
class Limit:
    """One counter of a request: `name` of the limit, who it counts, its cost.

    `allowed` in a window of `window_s` seconds is what settings say, or the number given here.
    `spared`: what an earlier limit of the same request refuses does not count here.
    """

    name: str
    who: str
    cost: int = 1
    allowed: int | None = None
    window_s: int = WINDOW_S
    spared: bool = False

    @property
    def key(self) -> str:
        """The Redis key of the counter; whoever reads it, or Redis' files, learns no address."""
        who = pseudonyms.keyed(self.who, key=settings.ADDRESS_KEY.encode(), purpose="limit")
        return f"{PREFIX}:{self.name}:{who}"


def whom(client: str) -> list[tuple[str, int]]:
    """Whom a request from this address counts for, and how many times a limit each may have.

    The address itself (IPv6: its /64) has it once, the /48 around it `SITE_TIMES`.
    """
    site = addresses.site(client)
    return [(addresses.limit_key(client), 1), *([(site, SITE_TIMES)] if site else [])]


def by_address(
    name: str, client: str, *, cost: int = 1, window_s: int = WINDOW_S, of: str = ""
) -> list[Limit]:
    """What settings allow an address under `name`, of one thing `of` many if given."""
    most = int(settings.LIMITS[name])
    return [
        Limit(name, who + of, cost=cost, allowed=times * most, window_s=window_s)
        for who, times in whom(client)
    ]


def by_network(name: str, client: str, *, cost: int = 1, window_s: int = WINDOW_S) -> list[Limit]:
    """What settings allow under `name` the networks around an address: an IPv4 /24 once, those of
    IPv6 by `NETWORK_TIMES`.

    One customer's refusals use up nothing of their provider's.
    """
    if not addresses.site(client):
        return [Limit(name, addresses.network(client), cost=cost, window_s=window_s)]
    most = int(settings.LIMITS[name])
    return [
        Limit(name, around(client), cost, ceil(times * most), window_s, spared=True)
        for around, times in NETWORK_TIMES
    ]


@dataclass(frozen=True)
class Usage:
    """What is left of the tightest of a request's limits; `reset_at` is Unix seconds."""

    limit: int
    remaining: int
    reset_at: int

    def headers(self) -> dict[str, str]:
        """The `X-RateLimit-*` headers."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_at),
        }


class LimitExceeded(RateLimited):
    """A limit tripped; carries its `usage` for the headers."""

    def __init__(self, usage: Usage, retry_after_s: int, message: str = "") -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.usage = usage


def count(limits: Sequence[Limit], *, route: str) -> Usage:
    """Count one request against all `limits` and return the tightest.

    Every request counts, refused ones too, but for `spared` limits. Raises `LimitExceeded` for the
    first that trips.
    """
    now = time.time()
    usages = []
    answers = zip(limits, _counted(limits, now), strict=True)
    for n, (limit, (counted, left_s, allowed)) in enumerate(answers, start=1):
        usage = Usage(
            limit=allowed,
            remaining=max(0, allowed - counted),
            # Rounded up: at that second the window has ended.
            reset_at=int(now + left_s) + 1,
        )
        if counted > allowed:
            metrics.RATE_LIMITED.labels(route=route).inc()
            give_back([later for later in limits[n:] if later.spared])
            raise LimitExceeded(usage, retry_after_s=max(1, int(left_s) + 1))
        usages.append((usage.remaining / allowed, limit.name, usage))
    return min(usages, key=lambda found: found[:2])[2]


def give_back(limits: Sequence[Limit]) -> None:
    """Take back what was counted against these limits: what they count did not come about."""
    if limits:
        _counted([replace(limit, cost=-limit.cost) for limit in limits], time.time())


def forget() -> None:
    """Know nothing, as a process that has just begun."""
    with _lock:
        _local.clear()


def _counted(limits: Sequence[Limit], now: float) -> list[tuple[int, float, int]]:
    """Per limit: the count with this request, seconds left in its window, what is allowed."""
    allowed = [limit.allowed or int(settings.LIMITS[limit.name]) for limit in limits]
    arguments = [part for limit in limits for part in (limit.window_s * 1000, limit.cost)]
    try:
        with _breaker.guard("limit"):
            answer = _script(settings.REDIS_URL)([limit.key for limit in limits], arguments)
    except RedisAway:
        return _counted_here(limits, allowed, now)
    lefts = (left_ms / 1000 for left_ms in answer[1::2])
    return list(zip(answer[::2], lefts, allowed, strict=True))


@cache
def _script(url: str) -> redis.commands.core.Script:
    """The counting script on a pool of connections of this process."""
    client = redis.Redis.from_url(
        url,
        socket_timeout=settings.REDIS_TIMEOUT_S,
        socket_connect_timeout=settings.REDIS_TIMEOUT_S,
        # A kept connection may have been closed; a slow server is not asked again.
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.exceptions.ConnectionError,)),
    )
    return client.register_script(_COUNT)


def _counted_here(
    limits: Sequence[Limit], allowed: Sequence[int], now: float
) -> list[tuple[int, float, int]]:
    found = []
    with _lock:
        if len(_local) >= LOCAL_KEYS_MAX:
            _local.clear()
        for limit, most in zip(limits, allowed, strict=True):
            until, number = _local.get(limit.key, (0.0, 0))
            if until <= now:
                until, number = now + limit.window_s, 0
            _local[limit.key] = until, number + limit.cost
            share = max(limit.cost, most // LOCAL_VOTE_SHARE) if "vote" in limit.name else most
            found.append((number + limit.cost, until - now, share))
    return found
