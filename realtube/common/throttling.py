"""Rate limits (CONTRACT 5): fixed windows that start at a key's first request.

The counters live in Redis, shared by all processes; one round trip counts all the keys of a
request. While Redis is away each process counts for itself, votes more strictly (D19).
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.retry import Retry

from realtube.common import metrics
from realtube.common.breaker import Breaker, RedisAway
from realtube.common.errors import RateLimited

WINDOW_S = 60
HOUR_S = 3600
DAY_S = 86_400
# The local fallback forgets everything rather than grow past this.
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

_COUNT_SHA = hashlib.sha1(_COUNT.encode(), usedforsecurity=False).hexdigest()

_breaker = Breaker("limits")
_thread = threading.local()
_lock = threading.Lock()
_local: dict[str, tuple[float, int]] = {}


@dataclass(frozen=True)
class Limit:
    """One counter of a request: `name` of the limit, who it counts, its cost.

    `allowed` in a window of `window_s` seconds is what settings say, or the number given here.
    """

    name: str
    who: str
    cost: int = 1
    allowed: int | None = None
    window_s: int = WINDOW_S

    @property
    def key(self) -> str:
        """The Redis key of the counter."""
        return f"realtube:limit:{self.name}:{self.who}"


@dataclass(frozen=True)
class Usage:
    """Where the tightest of a request's limits stands; `reset_at` is Unix seconds."""

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

    def __init__(self, usage: Usage, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.usage = usage


def count(limits: Sequence[Limit], *, route: str) -> Usage:
    """Count one request against all `limits` and return the tightest.

    Every request counts, refused ones too. Raises `LimitExceeded` for the first that trips.
    """
    now = time.time()
    usages = []
    for limit, (counted, left_s, allowed) in zip(limits, _counted(limits, now), strict=True):
        usage = Usage(
            limit=allowed,
            remaining=max(0, allowed - counted),
            # Rounded up: at that second the window has ended.
            reset_at=int(now + left_s) + 1,
        )
        if counted > allowed:
            metrics.RATE_LIMITED.labels(route=route).inc()
            raise LimitExceeded(usage, retry_after_s=max(1, int(left_s) + 1))
        usages.append((usage.remaining / allowed, limit.name, usage))
    return min(usages)[2]


def _counted(limits: Sequence[Limit], now: float) -> list[tuple[int, float, int]]:
    """Per limit: the count with this request, seconds left in its window, what is allowed."""
    allowed = [limit.allowed or int(settings.LIMITS[limit.name]) for limit in limits]
    arguments = [part for limit in limits for part in (limit.window_s * 1000, limit.cost)]
    try:
        with _breaker.guard("limit"):
            answer = _run([limit.key for limit in limits], arguments)
    except RedisAway:
        return _counted_locally(limits, allowed, now)
    return [
        (int(answer[2 * i]), int(answer[2 * i + 1]) / 1000, allowed[i]) for i in range(len(limits))
    ]


def _counted_locally(
    limits: Sequence[Limit], allowed: list[int], now: float
) -> list[tuple[int, float, int]]:
    results = []
    with _lock:
        if len(_local) > LOCAL_KEYS_MAX:
            _local.clear()
        for limit, normally in zip(limits, allowed, strict=True):
            until, counted = _local.get(limit.key, (0.0, 0))
            if until <= now:
                until, counted = now + limit.window_s, 0
            counted += limit.cost
            _local[limit.key] = (until, counted)
            share = LOCAL_VOTE_SHARE if "vote" in limit.name else 1
            results.append((counted, until - now, max(1, normally // share)))
    return results


def _run(keys: list[str], arguments: list[int]) -> Any:
    """Count on this thread's own connection: a pool and a client would cost as much again."""
    connection = _connection()
    try:
        try:
            return _call(connection, "EVALSHA", _COUNT_SHA, keys, arguments)
        except redis.exceptions.NoScriptError:
            return _call(connection, "EVAL", _COUNT, keys, arguments)
    except BaseException:
        # What is still to come must not be taken for the answer to the next command.
        connection.disconnect()
        raise


def _call(
    connection: AbstractConnection, command: str, script: str, keys: list[str], arguments: list[int]
) -> Any:
    connection.send_command(command, script, len(keys), *keys, *arguments)
    return connection.read_response()


def _connection() -> AbstractConnection:
    known: AbstractConnection | None = getattr(_thread, "connection", None)
    if known is None:
        pool = redis.ConnectionPool.from_url(
            settings.REDIS_URL,
            socket_timeout=settings.REDIS_TIMEOUT_S,
            socket_connect_timeout=settings.REDIS_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        known = _thread.connection = pool.connection_class(**pool.connection_kwargs)
    return known
