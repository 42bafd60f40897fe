"""When the pipeline last ran, kept in Redis: a sign of life costs the database nothing."""

from __future__ import annotations

import time

from django.core.cache import cache

from common.breaker import Breaker, RedisAway

KEY = "worker:last_run"
SILENT_S = 300
# Clocks of machines may disagree by this much. A sign of life from further ahead counts as none:
# its clock has been corrected since.
SKEW_S = 60
_breaker = Breaker("heartbeat")


def beat() -> None:
    """Say that the pipeline is alive."""
    try:
        with _breaker.guard("heartbeat"):
            cache.set(KEY, time.time(), None)
    except RedisAway:
        pass  # readiness shows that Redis is down


def last_beat() -> float | None:
    """Unix time of the last sign of life; None if none is known. Raises `RedisAway`."""
    with _breaker.guard("heartbeat"):
        value = cache.get(KEY)
    return float(value) if value is not None else None


def is_alive(last: float | None) -> bool:
    """Whether a sign of life of that Unix time is recent."""
    return last is not None and -SKEW_S <= time.time() - last <= SILENT_S
