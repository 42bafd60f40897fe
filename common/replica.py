"""Reading from a copy of the database, where that is as good (docs/cluster.md#read-replicas).

Whoever may read what is some seconds old says so with `reading()`. Everything else, and everything
after a write, asks the primary.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

REPLICA = "replica"
ASK_EVERY_S = 1.0
AWAY_S = 15.0
"""How long a copy that did not answer is left alone: to ask it may take seconds."""
_NOT_HERE = float("inf")
# A server that follows nobody is a primary, which is behind nobody. Something is written every
# few seconds (sync.DueTask), so the age of what was replayed last is how far behind a copy is.
_LAG = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0
  ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END"""

log = structlog.get_logger()
_alias: ContextVar[str] = ContextVar("alias", default=DEFAULT_DB_ALIAS)
_lock = Lock()
_last: tuple[float, float] | None = None


class Router:
    """Django's way to ask where a model's rows are."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The copy inside `reading()`, else the primary."""
        return _alias.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The primary, which also answers whatever is read after it."""
        _alias.set(DEFAULT_DB_ALIAS)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Both are one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """A copy is migrated by its primary."""
        return db == DEFAULT_DB_ALIAS


@contextmanager
def reading() -> Iterator[None]:
    """Inside, reads may be answered by a copy that is at most `REPLICA_LAG_S` seconds behind.

    Inside a transaction of the primary nothing changes. One that writes reads from the primary from
    then on.
    """
    inside = connections[DEFAULT_DB_ALIAS].in_atomic_block
    token = _alias.set(REPLICA if not inside and _is_fresh() else _alias.get())
    try:
        yield
    finally:
        _alias.reset(token)


def alias() -> str:
    """Where a raw statement that reads goes now."""
    return _alias.get()


def forget() -> None:
    """Ask for the lag anew the next time."""
    global _last  # noqa: PLW0603 - one figure for all threads
    _last = None


def _is_fresh() -> bool:
    return REPLICA in settings.DATABASES and _lag_s() <= settings.REPLICA_LAG_S


def _lag_s() -> float:
    """How far behind the copy is, at most `ASK_EVERY_S` old; infinite when it does not answer."""
    global _last  # noqa: PLW0603 - when to ask again, and the lag, for all threads
    with _lock:
        if _last is None or time.monotonic() > _last[0]:
            good_for_s = ASK_EVERY_S
            try:
                with connections[REPLICA].cursor() as cursor:
                    cursor.execute(_LAG)
                    (lag,) = cursor.fetchone()
                found = _NOT_HERE if lag is None else float(lag)
            except DatabaseError as error:
                log.warning("replica away", error=type(error.__cause__ or error).__name__)
                found, good_for_s = _NOT_HERE, AWAY_S
            _last = (time.monotonic() + good_for_s, found)
        return _last[1]
