"""PostgreSQL advisory locks: who may do what only one process may do at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection

# The first half of every lock key, so that they cannot meet another application's.
NAMESPACE = 0x52545542  # "RTUB"


class Lock(IntEnum):
    """The jobs that exclude themselves."""

    PIPELINE = 1
    JURIES = 2
    SAMPLES = 3
    S3 = 4
    FOLLOWERS = 5
    NOTES = 6


def try_transaction_lock(lock: Lock) -> bool:
    """Take `lock` until the transaction ends; False if another session has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [NAMESPACE, lock])
        return bool(cursor.fetchone()[0])


@contextmanager
def held(lock: Lock) -> Iterator[bool]:
    """Hold `lock` over many transactions, if it is free; whether it was.

    For what is merely better done by one: a connection that is lost, or another's after each
    transaction (a pooler), gives it up early.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [NAMESPACE, lock])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [NAMESPACE, lock])


def wait_for_transaction_lock(lock: Lock) -> None:
    """Take `lock` until the transaction ends, waiting as long as `lock_timeout` allows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NAMESPACE, lock])


def wait_for_name(name: str) -> None:
    """Take the lock of this name until the transaction ends; its key may be another name's too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [name, NAMESPACE])
