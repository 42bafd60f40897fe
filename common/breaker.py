"""A circuit breaker: a part that is away is not asked again by every request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis.exceptions
import structlog
from django_redis.exceptions import ConnectionInterrupted

from common.telemetry import metrics

OPEN_S = 2.0
# What redis-py and django-redis raise when the server is away, slow, full or read-only.
REDIS_FAILURES = (redis.exceptions.RedisError, ConnectionInterrupted, OSError)

log = structlog.get_logger()


class RedisAway(Exception):
    """Redis failed just now, or did so less than `OPEN_S` seconds ago."""


class Breaker:
    """Lets calls to one Redis through until one fails, then refuses for `OPEN_S` seconds.

    Without it each request would wait its full timeout, and threads would pile up behind it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._closed_again_at = 0.0

    @contextmanager
    def guard(self, op: str) -> Iterator[None]:
        """Run a Redis call; raises `RedisAway` instead of any failure of Redis."""
        if time.monotonic() < self._closed_again_at:
            raise RedisAway(self.name)
        try:
            yield
        except REDIS_FAILURES as error:
            self._closed_again_at = time.monotonic() + OPEN_S
            metrics.REDIS_ERRORS.labels(op=op).inc()
            log.warning("redis away", part=self.name, op=op, error=type(error).__name__)
            raise RedisAway(self.name) from error
