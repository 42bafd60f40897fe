"""Raw statements: how every app runs those of its `sql.py`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import orjson
import psycopg
from django.db import connection, connections, transaction
from django.db.models import Field, Lookup

from common import replica

_PARAMETER = re.compile(r"%\((\w+)\)s")
_TIMESTAMPTZ = "timestamptz"
# psycopg's own, in C. Django's, in Python, sets the time zone that our connections have anyway, and
# was a tenth of a run of the pipeline.
_LOAD_TIME = psycopg.adapters.get_loader(
    psycopg.adapters.types[_TIMESTAMPTZ].oid, psycopg.pq.Format.TEXT
)


@Field.register_lookup
class Among(Lookup):
    """`field__among=[...]`: as `in`, with one array for any number of values.

    `in` has a parameter for each, which takes long to compile for a thousand.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """`field = ANY(array)`."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*parameters, list(self.rhs)]


def rows(statement: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
    """All rows of a statement; where `common.replica` says so, of a copy of the database."""
    with connections[replica.alias()].cursor() as cursor:
        cursor.adapters.register_loader(_TIMESTAMPTZ, _LOAD_TIME)
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found


def execute(statement: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Run a statement that returns nothing; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        touched: int = cursor.rowcount
    return touched


def records(found: Iterable[Mapping[str, Any]]) -> str:
    """Many rows as one parameter, for `json_to_recordset(%(records)s)` in a statement.

    An array for each column would be put together value by value in Python.
    """
    return orjson.dumps(list(found), default=str).decode()


class _PreparedCursor(psycopg.RawCursor[Any]):
    """Sends parameters separately from the statement, which PostgreSQL keeps prepared."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, **{**options, "prepare": True})


def prepared_rows(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    """All rows of a statement that PostgreSQL need not parse and plan anew: for what runs often.

    Its parameters need a type in the statement, such as `%(n)s::int`, and its plan has to be good
    for arrays of any length.
    """
    with connection.cursor() as opened:
        wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
        with wrap(_PreparedCursor(opened.connection)) as cursor:  # type: ignore[arg-type]
            cursor.adapters.register_loader(_TIMESTAMPTZ, _LOAD_TIME)
            numbered, names = _numbered(statement)
            cursor.execute(numbered, [parameters[name] for name in names])
            found: list[Any] = cursor.fetchall()
    return found


@functools.cache
def _numbered(statement: str) -> tuple[str, list[str]]:
    """The statement with `$1` for the first of its `%(name)s`, and their names in that order.

    psycopg would look for them each time, which takes long in a long statement.
    """
    names = list(dict.fromkeys(_PARAMETER.findall(statement)))
    numbers = {name: f"${number}" for number, name in enumerate(names, start=1)}
    numbered = _PARAMETER.sub(lambda found: numbers[found[1]], statement)
    return numbered.replace("%%", "%"), names


def copy(statement: str, lines: Iterable[tuple[Any, ...]]) -> None:
    """Write rows with a `COPY ... FROM STDIN`, in their order."""
    with connection.cursor() as cursor, cursor.copy(statement) as into:
        for line in lines:
            into.write_row(line)


@contextmanager
def one_state() -> Iterator[None]:
    """A read-only transaction that sees the database as of its beginning, however long it takes."""
    with transaction.atomic(using=replica.alias()):
        with connections[replica.alias()].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield
