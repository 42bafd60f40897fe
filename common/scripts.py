"""Lua scripts that run often, on a connection of each thread's own."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.retry import Retry

_thread = threading.local()


class Script:
    """`text`, run on the Redis at `url()`.

    Without a pool, which looks first whether a kept connection is readable, and a client: they cost
    as much again, and let other threads in.
    """

    def __init__(self, text: str, *, url: Callable[[], str]) -> None:
        self._text = text
        self._sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self._url = url

    def __call__(self, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """What the script returns; raises what redis-py does.

        A kept connection may have been closed meanwhile: then it runs on a new one, in the worst
        case for the second time.
        """
        connection, is_new = _connection(self._url())
        try:
            try:
                return self._run(connection, keys, arguments)
            except redis.exceptions.ConnectionError:
                if is_new:
                    raise
                connection.disconnect()
                return self._run(connection, keys, arguments)
        except BaseException:
            # What is still to come must not be taken for the answer to the next command.
            connection.disconnect()
            raise

    def _run(
        self, connection: AbstractConnection, keys: Sequence[str], arguments: Sequence[str | int]
    ) -> Any:
        asked = (len(keys), *keys, *arguments)
        try:
            connection.send_command("EVALSHA", self._sha, *asked)
            return connection.read_response()
        except redis.exceptions.NoScriptError:
            connection.send_command("EVAL", self._text, *asked)
            return connection.read_response()


def _connection(url: str) -> tuple[AbstractConnection, bool]:
    """This thread's connection to a server, and whether it has not been used yet."""
    known: dict[str, AbstractConnection] = _thread.__dict__
    connection = known.get(url)
    if connection is not None:
        return connection, False
    pool = redis.ConnectionPool.from_url(
        url,
        socket_timeout=settings.REDIS_TIMEOUT_S,
        socket_connect_timeout=settings.REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    connection = known[url] = pool.connection_class(**pool.connection_kwargs)
    return connection, True
