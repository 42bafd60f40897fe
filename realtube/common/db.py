"""Raw statements: how every app runs those of its `sql.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


def rows(statement: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found


def execute(statement: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Run a statement that returns nothing; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        touched: int = cursor.rowcount
    return touched


def copy(statement: str, lines: Iterable[tuple[Any, ...]]) -> None:
    """Write rows with a `COPY ... FROM STDIN`, in their order."""
    with connection.cursor() as cursor, cursor.copy(statement) as into:
        for line in lines:
            into.write_row(line)


@contextmanager
def one_state() -> Iterator[None]:
    """A read-only transaction that sees the database as of its beginning, however long it takes."""
    with transaction.atomic():
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        execute("SET LOCAL statement_timeout = 0")
        yield
