"""Reading through the cache without ever serving what a write has made stale.

A writer does not delete a key, it leaves a tombstone for longer than any request may take. A
reader fills only an absent key, so that one which read the database before the write cannot
put its old value back after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache import cache

from common.breaker import Breaker, RedisAway
from common.telemetry import metrics

TOMBSTONE = "gone"
TOMBSTONE_S = 60

_AT_ONCE = 2000  # Redis does nothing else meanwhile
# One command for all keys: a run of the pipeline has thousands, each of which redis-py would
# otherwise wrap in a command of its own.
_BURY = "for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'EX', ARGV[2]) end"

_breaker = Breaker("cache")


def read_through(key: str, *, ttl_s: int, load: Callable[[], Any | None]) -> Any | None:
    """The value under `key`, loaded and kept for `ttl_s` seconds if absent.

    `load` returns JSON-like data, or None for nothing, which is never kept: anyone can ask for
    endless things that do not exist. With Redis away every call loads.
    """
    known: Any = TOMBSTONE
    try:
        with _breaker.guard("get"):
            known = cache.get(key)
    except RedisAway:
        return load()
    if known is not None and known != TOMBSTONE:
        metrics.CACHE_HITS.inc()
        return known
    metrics.CACHE_MISSES.inc()
    value = load()
    if value is not None and known is None:
        try:
            with _breaker.guard("add"):
                cache.add(key, value, ttl_s)
        except RedisAway:
            pass  # the value is right all the same
    return value


def forget(keys: Iterable[str]) -> None:
    """Make readers load these keys anew. Call it after the commit, never before.

    With Redis away nothing happens: what it still holds when it comes back lives on until its
    own lifetime ends, at most 15 minutes.
    """
    redis = cache.client  # type: ignore[attr-defined]  # of django-redis
    unique = [redis.make_key(key) for key in dict.fromkeys(keys)]
    tombstone = redis.encode(TOMBSTONE)
    try:
        for start in range(0, len(unique), _AT_ONCE):
            some = unique[start : start + _AT_ONCE]
            with _breaker.guard("forget"):
                redis.get_client(write=True).eval(_BURY, len(some), *some, tombstone, TOMBSTONE_S)
    except RedisAway:
        pass  # see above
